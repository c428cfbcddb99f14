import { copyOf, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, invalid } from "../../kinds/field-error.ts";
import { DecodeFailed } from "../../kinds/kind-strategy.ts";
import { asResourceRoot, compileSchema, type CustomSchema } from "../custom-schema.ts";
import { deepEqual } from "../deep-equal.ts";
import { coerceEmbedded } from "../embedded-metadata.ts";
import { validateEmbeddedResources } from "../embedded-resources.ts";
import { toFieldErrors } from "../finding.ts";
import { pruneFields } from "../prune-fields.ts";
import { sortedCopy } from "../sorted-copy.ts";
import { validateValue } from "../validate-value.ts";

/** Defaults must be pruned and valid by their own schema (apiextensions `ValidateDefaults`; those within embedded metadata are taken as they are). */
export const defaultRules = (schema: ValueMap, path: string): readonly FieldError[] =>
  within(asResourceRoot(compileSchema(schema, "asWritten")), path, false);

const resourceFields: ReadonlySet<string> = new Set(["metadata", "apiVersion", "kind"]);

const within = (schema: CustomSchema, path: string, insideMeta: boolean): readonly FieldError[] => [
  ...(schema.default === undefined || insideMeta ? [] : ownDefault(schema, `${path}.default`)),
  ...(schema.items === undefined ? [] : within(schema.items, `${path}.items`, insideMeta && !schema.embedded)),
  ...[...schema.properties.keys()].toSorted().flatMap((name) => {
    const property = schema.properties.get(name);
    const isMeta = (insideMeta && !schema.embedded) || (schema.embedded && resourceFields.has(name));
    return property === undefined ? [] : within(property, `${path}.properties[${name}]`, isMeta);
  }),
];

const ownDefault = (schema: CustomSchema, path: string): readonly FieldError[] => {
  const value = schema.default ?? null;
  const pruned = copyOf(value);
  pruneFields(pruned, schema);
  const unknown = deepEqual(pruned, value) ? [] : [invalid(path, sortedCopy(value), "must not have unknown fields")];
  return [...unknown, ...invalidDefault(copyOf(value), schema, path)];
};

const invalidDefault = (value: Value, schema: CustomSchema, path: string): readonly FieldError[] => {
  try {
    coerceEmbedded(value, schema, "refuse", path);
  } catch (error) {
    if (error instanceof DecodeFailed) return [invalid(path, sortedCopy(value), error.message)];
    throw error;
  }
  const embedded = validateEmbeddedResources(value, schema, path);
  return embedded.length > 0 ? embedded : toFieldErrors(validateValue(value, schema, "").findings, path);
};
