import { isMap, type ValueMap } from "../../json.ts";
import { describeFieldError, type FieldError, forbidden, invalid, required } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { deepEqual } from "../deep-equal.ts";
import { completenessRules } from "./completeness-rules.ts";
import { metadataRules } from "./metadata-rules.ts";
import { nestedRules, valueRules } from "./nested-rules.ts";
import { isGiven, isOn, listedSchemas, namedSchemas, schemaAt, schemasWithin } from "./schema-parts.ts";

export type Level = "root" | "item" | "field";

const preserve = "x-kubernetes-preserve-unknown-fields";
const embedded = "x-kubernetes-embedded-resource";
const intOrString = "x-kubernetes-int-or-string";

const unsupported = ["id", "$schema", "$ref", "patternProperties", "dependencies", "definitions"] as const;

/** Whether a schema can be read as a structural one at all; what it must not have is told by other rules. */
export const canBeStructural = (schema: ValueMap): boolean =>
  schemasWithin(schema).every(
    (each) =>
      !unsupported.some((key) => isGiven(each, key)) &&
      each["additionalItems"] === undefined &&
      !Array.isArray(each["items"]) &&
      each[preserve] !== false,
  );

const isIntOrStringPair = (schemas: readonly ValueMap[]): boolean =>
  deepEqual([...schemas], [{ type: "integer" }, { type: "string" }]);

/** What makes a schema not structural, sorted by text (apiextensions `ValidateStructural`). */
export const structuralRules = (schema: ValueMap, path: string): readonly FieldError[] => {
  const text = (error: FieldError): string => `${error.field}: ${describeFieldError(error)}`;
  const errors = [...invariants(schema, "root", path), ...completenessRules(schema, path)];
  return errors
    .map((error) => ({ error, key: text(error) }))
    .toSorted((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ error }) => error);
};

const missingType: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

const additionalRules = (schema: ValueMap, level: Level, path: string): readonly FieldError[] => {
  const additional = schema["additionalProperties"];
  if (additional === undefined || additional === null) return [];
  const at = `${path}.additionalProperties`;
  return [
    ...(level === "root" ? [forbidden(at, "must not be used at the root")] : []),
    ...(isMap(additional) ? invariants(additional, "field", at) : []),
  ];
};

const extensionRules = (schema: ValueMap, path: string): readonly FieldError[] =>
  isOn(schema, intOrString)
    ? [preserve, embedded]
        .filter((key) => isOn(schema, key))
        .map((key) => invalid(`${path}.${key}`, true, `must be false if ${intOrString} is true`))
    : [];

const typeRules = (schema: ValueMap, level: Level, path: string): readonly FieldError[] => {
  const type = textOf(schema["type"]);
  const at = `${path}.type`;
  if (isOn(schema, embedded) && type !== "object") {
    const text = `must be object if ${embedded} is true`;
    return [type === "" ? required(at, text) : invalid(at, type, text)];
  }
  if (type === "" && !isOn(schema, intOrString) && !isOn(schema, preserve)) return [required(at, missingType[level])];
  return [];
};

const invariants = (schema: ValueMap, level: Level, path: string): readonly FieldError[] => {
  const type = textOf(schema["type"]);
  const items = schemaAt(schema, "items");
  const [first] = listedSchemas(schema, "allOf");
  const isResource = isOn(schema, embedded);
  return [
    ...(type === "array" && items === undefined ? [required(`${path}.items`, "must be specified")] : []),
    ...(items === undefined ? [] : invariants(items, "item", `${path}.items`)),
    ...namedSchemas(schema, "properties").flatMap(([name, property]) =>
      invariants(property, "field", `${path}.properties[${name}]`),
    ),
    ...additionalRules(schema, level, path),
    ...extensionRules(schema, path),
    ...valueRules(
      schema,
      path,
      {
        anyOf: isIntOrStringPair(listedSchemas(schema, "anyOf")),
        firstAllOf: first !== undefined && isIntOrStringPair(listedSchemas(first, "anyOf")),
      },
      nestedRules,
    ),
    ...typeRules(schema, level, path),
    ...(isResource && schema["additionalProperties"] !== undefined
      ? [forbidden(`${path}.additionalProperties`, `must not be used if ${embedded} is set`)]
      : []),
    ...(level === "root" && type !== "" && type !== "object"
      ? [invalid(`${path}.type`, type, "must be object at the root")]
      : []),
    ...metadataRules(schema, level, path),
    ...(isResource && !isOn(schema, preserve) && namedSchemas(schema, "properties").length === 0
      ? [required(`${path}.properties`, `must not be empty if ${embedded} is true without ${preserve}`)]
      : []),
  ];
};
