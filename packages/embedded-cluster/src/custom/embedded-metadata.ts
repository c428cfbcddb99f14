import { isMap, type Value } from "../json.ts";
import { describeFieldError, invalid } from "../kinds/field-error.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { type CustomSchema, fieldSchema } from "./custom-schema.ts";
import { readMetadata } from "./resource-metadata.ts";
import { sortedCopy } from "./sorted-copy.ts";

/**
 * Brings kind, apiVersion and metadata of embedded resources into Go's form, in place (apiextensions `objectmeta.Coerce`), and
 * returns the paths of unknown metadata. Throws DecodeFailed at what has the wrong type.
 */
export const coerceEmbedded = (value: Value, schema: CustomSchema | undefined, path = ""): readonly string[] => {
  if (schema === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => coerceEmbedded(item, schema.items, `${path}[${index}]`));
  if (!isMap(value)) return [];
  const unknown: string[] = [];
  for (const key of Object.keys(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (schema.embedded && (key === "apiVersion" || key === "kind") && typeof value[key] !== "string")
      throw refused(at, value[key] ?? null, "must be a string");
    if (schema.embedded && key === "metadata") unknown.push(...coerceMetadata(value, at));
    unknown.push(...coerceEmbedded(value[key] ?? null, fieldSchema(schema, key), at));
  }
  return unknown;
};

const refused = (field: string, value: Value, detail: string): DecodeFailed =>
  new DecodeFailed(`${field}: ${describeFieldError(invalid(field, sortedCopy(value), detail))}`);

const coerceMetadata = (resource: { metadata?: Value } & Record<string, Value>, path: string): readonly string[] => {
  const given = resource.metadata ?? null;
  try {
    const { metadata, unknown } = readMetadata(given, path);
    resource.metadata = metadata;
    return unknown;
  } catch (error) {
    if (error instanceof DecodeFailed) throw refused(path, given, error.message);
    throw error;
  }
};
