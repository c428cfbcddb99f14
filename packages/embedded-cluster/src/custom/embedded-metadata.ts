import { isMap, type Value, type ValueMap } from "../json.ts";
import { describeFieldError, invalid } from "../kinds/field-error.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
import { type CustomSchema, fieldSchema } from "./custom-schema.ts";
import { type Malformed, readMetadata } from "./resource-metadata.ts";
import { sortedCopy } from "./sorted-copy.ts";

/**
 * Brings kind, apiVersion and metadata of embedded resources into Go's form, in place (apiextensions `objectmeta.Coerce`), and
 * returns the paths of unknown metadata. What has the wrong type goes, or makes it throw DecodeFailed.
 */
export const coerceEmbedded = (
  value: Value,
  schema: CustomSchema | undefined,
  malformed: Malformed = "refuse",
  path = "",
): readonly string[] => {
  if (schema === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => coerceEmbedded(item, schema.items, malformed, `${path}[${index}]`));
  if (!isMap(value)) return [];
  const unknown = schema.embedded ? coerceResource(value, malformed, path) : [];
  const within = Object.keys(value).flatMap((key) =>
    coerceEmbedded(value[key] ?? null, fieldSchema(schema, key), malformed, child(path, key)),
  );
  return [...unknown, ...within];
};

const child = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

const refused = (field: string, value: Value, detail: string): DecodeFailed =>
  new DecodeFailed(`${field}: ${describeFieldError(invalid(field, sortedCopy(value), detail))}`);

const coerceResource = (resource: ValueMap, malformed: Malformed, path: string): readonly string[] => {
  for (const key of ["apiVersion", "kind"]) {
    const given = resource[key];
    if (given === undefined || typeof given === "string") continue;
    if (malformed === "refuse") throw refused(child(path, key), given, "must be a string");
    delete resource[key];
  }
  return resource["metadata"] === undefined ? [] : coerceMetadata(resource, malformed, child(path, "metadata"));
};

const coerceMetadata = (resource: ValueMap, malformed: Malformed, path: string): readonly string[] => {
  const given = resource["metadata"] ?? null;
  try {
    const { metadata, unknown } = readMetadata(given, path, malformed);
    resource["metadata"] = metadata;
    return unknown;
  } catch (error) {
    if (!(error instanceof DecodeFailed)) throw error;
    if (malformed === "refuse") throw refused(path, given, error.message);
    return [];
  }
};
