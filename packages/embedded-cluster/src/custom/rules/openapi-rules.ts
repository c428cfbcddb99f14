import { type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, notSupported } from "../../kinds/field-error.ts";
import { textOf } from "../../kinds/validation/read-value.ts";
import { celRules } from "./cel-rules.ts";
import { listTypeRules } from "./list-type-rules.ts";
import { isGiven, isOn, listedSchemas, namedSchemas, schemaAt } from "./schema-parts.ts";

/** Where in the resource a schema lies, as far as the rules differ. */
interface Context {
  readonly isRoot: boolean;
  /** Within kind, apiVersion or metadata of a resource. */
  readonly insideMeta: boolean;
  /** Why no default may be here. */
  readonly noDefault?: string;
}

const types: readonly string[] = ["array", "boolean", "integer", "number", "object", "string"];
const preserve = "x-kubernetes-preserve-unknown-fields";
const embedded = "x-kubernetes-embedded-resource";
const resourceFields: ReadonlySet<string> = new Set(["metadata", "kind", "apiVersion"]);

/** What the API server allows of OpenAPI v3 in a schema, and what its own extensions ask for. */
export const openApiRules = (schema: ValueMap, path: string): readonly FieldError[] =>
  rules(schema, path, { isRoot: true, insideMeta: false });

const unsupported: readonly (readonly [string, (schema: ValueMap) => boolean])[] = [
  ["id", (schema) => isGiven(schema, "id")],
  ["additionalItems", (schema) => schema["additionalItems"] !== undefined],
  ["patternProperties", (schema) => isGiven(schema, "patternProperties")],
  ["definitions", (schema) => isGiven(schema, "definitions")],
  ["dependencies", (schema) => schema["dependencies"] !== undefined],
  ["$ref", (schema) => schema["$ref"] !== undefined],
];

const standardRules = (schema: ValueMap, path: string, context: Context): readonly FieldError[] => {
  const type = textOf(schema["type"]);
  const { noDefault, insideMeta } = context;
  return [
    ...(type === "" || types.includes(type) ? [] : [notSupported(`${path}.type`, type, types)]),
    ...(schema["default"] !== undefined && noDefault !== undefined
      ? [forbidden(`${path}.default`, `must not be set ${noDefault}`)]
      : []),
    ...unsupported
      .filter(([, isThere]) => isThere(schema))
      .map(([key]) => forbidden(`${path}.${key}`, `${key} is not supported`)),
    ...(type === "null"
      ? [forbidden(`${path}.type`, "type cannot be set to null, use nullable as an alternative")]
      : []),
    ...(Array.isArray(schema["items"]) && schema["items"].length > 0
      ? [forbidden(`${path}.items`, "items must be a schema object and not an array")]
      : []),
    ...(insideMeta && isOn(schema, embedded)
      ? [forbidden(`${path}.${embedded}`, "must not be used inside of resource meta")]
      : []),
  ];
};

const additionalRules = (schema: ValueMap, path: string, context: Context): readonly FieldError[] => {
  const additional = schema["additionalProperties"];
  if (additional === undefined || additional === null) return [];
  const at = `${path}.additionalProperties`;
  const within = schemaAt(schema, "additionalProperties");
  const isExclusive = isGiven(schema, "properties") && additional !== true;
  const below: Context = context.insideMeta
    ? { ...context, isRoot: false, noDefault: "inside additionalProperties applying to object metadata" }
    : { ...context, isRoot: false };
  return [
    ...(isExclusive ? [forbidden(at, "additionalProperties and properties are mutual exclusive")] : []),
    ...(within === undefined ? [] : rules(within, at, below)),
  ];
};

const contextOf = (name: string, schema: ValueMap, context: Context): Context => {
  if (!resourceFields.has(name) || !(context.isRoot || isOn(schema, embedded))) return { ...context, isRoot: false };
  const inMeta = { ...context, isRoot: false, insideMeta: true };
  return context.isRoot ? { ...inMeta, noDefault: `in top-level ${name}` } : inMeta;
};

const childRules = (schema: ValueMap, path: string, context: Context): readonly FieldError[] => {
  const below = { ...context, isRoot: false };
  const not = schemaAt(schema, "not");
  const items = schemaAt(schema, "items");
  const listed = (key: string): readonly FieldError[] =>
    listedSchemas(schema, key).flatMap((each, index) => rules(each, `${path}.${key}[${index}]`, below));
  const named = (key: string): readonly FieldError[] =>
    namedSchemas(schema, key).flatMap(([name, each]) => rules(each, `${path}.${key}[${name}]`, below));
  return [
    ...additionalRules(schema, path, context),
    ...namedSchemas(schema, "properties").flatMap(([name, property]) =>
      rules(property, `${path}.properties[${name}]`, contextOf(name, schema, context)),
    ),
    ...(not === undefined ? [] : rules(not, `${path}.not`, below)),
    ...["allOf", "oneOf", "anyOf"].flatMap(listed),
    ...named("definitions"),
    ...(items === undefined ? [] : rules(items, `${path}.items`, below)),
    ...listed("items"),
    ...named("dependencies"),
  ];
};

const rules = (schema: ValueMap, path: string, context: Context): readonly FieldError[] => [
  ...standardRules(schema, path, context),
  ...(isOn(schema, "uniqueItems")
    ? [
        forbidden(
          `${path}.uniqueItems`,
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
        ),
      ]
    : []),
  ...childRules(schema, path, context),
  ...(schema[preserve] === false ? [invalid(`${path}.${preserve}`, false, "must be true or undefined")] : []),
  ...listTypeRules(schema, path),
  ...celRules(schema, path),
];
