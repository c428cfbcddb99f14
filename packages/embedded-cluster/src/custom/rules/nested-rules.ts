import { type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { patternOf } from "../pattern.ts";
import { isGiven, listedSchemas, namedSchemas, schemaAt } from "./schema-parts.ts";

/** Which alternatives are the two forms of an int-or-string, which may name types. */
interface Skipped {
  readonly anyOf: boolean;
  readonly firstAllOf: boolean;
}

const nothing: Skipped = { anyOf: false, firstAllOf: false };

type Nested = (schema: ValueMap, path: string, skipped: Skipped) => readonly FieldError[];

/** The rules of `anyOf`, `allOf`, `oneOf`, `not` and `pattern`. */
export const valueRules = (schema: ValueMap, path: string, skipped: Skipped, nested: Nested): readonly FieldError[] => {
  const not = schemaAt(schema, "not");
  const pattern = textOf(schema["pattern"]);
  return [
    ...(skipped.anyOf
      ? []
      : listedSchemas(schema, "anyOf").flatMap((each, index) => nested(each, `${path}.anyOf[${index}]`, nothing))),
    ...listedSchemas(schema, "allOf").flatMap((each, index) =>
      nested(each, `${path}.allOf[${index}]`, { anyOf: skipped.firstAllOf && index === 0, firstAllOf: false }),
    ),
    ...listedSchemas(schema, "oneOf").flatMap((each, index) => nested(each, `${path}.oneOf[${index}]`, nothing)),
    ...(not === undefined ? [] : nested(not, `${path}.not`, nothing)),
    ...(pattern === "" || patternOf(pattern) !== undefined
      ? []
      : [invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${complaint(pattern)}`)]),
  ];
};

/** Go's words for the commonest mistakes. */
const complaint = (pattern: string): string => {
  if (/^[^)]*\([^)]*$/.test(pattern)) return `error parsing regexp: missing closing ): \`${pattern}\``;
  const bracket = pattern.indexOf("[");
  if (bracket >= 0) return `error parsing regexp: missing closing ]: \`${pattern.slice(bracket)}\``;
  return `error parsing regexp: missing argument to repetition operator: \`${pattern.slice(0, 1)}\``;
};

/** What a schema below a logical junctor must leave to the structural part. */
const forbiddenKeys: readonly (readonly [string, string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

const undefinedOnly: ReadonlySet<string> = new Set(["additionalProperties", "default"]);

const isThere = (schema: ValueMap, key: string): boolean =>
  undefinedOnly.has(key)
    ? schema[key] !== undefined && schema[key] !== null && !(key === "additionalProperties" && schema[key] === false)
    : isGiven(schema, key);

/** The rules of a schema below a logical junctor. */
export const nestedRules: Nested = (schema, path, skipped) => {
  const items = schemaAt(schema, "items");
  const properties = namedSchemas(schema, "properties");
  return [
    ...valueRules(schema, path, skipped, nestedRules),
    ...(items === undefined ? [] : nestedRules(items, `${path}.items`, nothing)),
    ...properties.flatMap(([name, each]) => nestedRules(each, `${path}.properties[${name}]`, nothing)),
    ...forbiddenKeys.filter(([key]) => isThere(schema, key)).map(([key, text]) => forbidden(`${path}.${key}`, text)),
    ...(properties.some(([name]) => name === "metadata")
      ? [forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context")]
      : []),
  ];
};
