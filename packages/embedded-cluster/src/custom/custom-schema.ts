import { textAt, textOf } from "../reading.ts";
import { isMap, type Value, type ValueMap } from "../json.ts";

/** What `additionalProperties` says: a bool, or a schema (then `allows` is true). */
export interface AdditionalProperties {
  readonly allows: boolean;
  readonly schema?: CustomSchema;
}

/** One node of a custom resource's OpenAPI schema, read once, so that pruning, defaulting, validation and merging need not look into JSON. */
export interface CustomSchema {
  /** Empty: any type. An int-or-string has both. */
  readonly types: readonly string[];
  /** Of a number; "" for other types. */
  readonly format: string;
  /** As declared, known or not: the merge looks at it. */
  readonly declaredFormat: string;
  readonly nullable: boolean;
  readonly properties: ReadonlyMap<string, CustomSchema>;
  readonly additional?: AdditionalProperties;
  readonly items?: CustomSchema;
  readonly required: readonly string[];
  readonly enumeration: readonly Value[];
  readonly limits: Limits;
  readonly default?: Value;
  readonly preserveUnknown: boolean;
  readonly embedded: boolean;
  readonly intOrString: boolean;
  /** In CEL; of these only immutability is run. */
  readonly rules: readonly ValidationRule[];
  readonly listType?: string;
  readonly mapKeys: readonly string[];
  readonly mapType?: string;
}

/** The bounds of a value; absent = unbounded. */
export interface Limits {
  readonly maximum?: number;
  readonly minimum?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
}

/** One of `x-kubernetes-validations`. */
export interface ValidationRule {
  readonly rule: string;
  readonly message: string;
  /** FieldValueInvalid unless given. */
  readonly reason: string;
}

const numericLimits = ["maximum", "minimum", "maxLength", "minLength", "maxItems", "minItems"] as const;

const limitsOf = (raw: ValueMap): Limits => {
  const limits: { -readonly [Key in keyof Limits]: Limits[Key] } = {};
  for (const key of numericLimits) {
    const value = raw[key];
    if (typeof value === "number" || typeof value === "bigint") limits[key] = Number(value);
  }
  if (typeof raw["pattern"] === "string" && raw["pattern"] !== "") limits.pattern = raw["pattern"];
  return limits;
};

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : []);
const additionalOf = (value: Value | undefined): AdditionalProperties | undefined => {
  if (isMap(value)) return { allows: true, schema: compileSchema(value) };
  return typeof value === "boolean" ? { allows: value } : undefined;
};

const NUMBER_FORMATS = ["int32", "int64", "float", "double"];

const typesOf = (raw: ValueMap): readonly string[] => {
  if (raw["x-kubernetes-int-or-string"] === true) return ["integer", "string"];
  const type = textAt(raw, "type");
  return type === "" ? [] : [type];
};

const ruleOf = (raw: ValueMap): ValidationRule => ({
  rule: textAt(raw, "rule"),
  message: textAt(raw, "message").trim(),
  reason: textAt(raw, "reason"),
});

/** Reads one JSONSchemaProps. Never throws: what validation forbids is left out. */
export const compileSchema = (value: Value): CustomSchema => {
  const raw = isMap(value) ? value : {};
  const types = typesOf(raw);
  const declaredFormat = textAt(raw, "format");
  const additional = additionalOf(raw["additionalProperties"]);
  const properties = isMap(raw["properties"]) ? raw["properties"] : {};
  const standard = raw["default"];
  const listType = textAt(raw, "x-kubernetes-list-type");
  const mapType = textAt(raw, "x-kubernetes-map-type");
  return {
    types,
    format: NUMBER_FORMATS.includes(declaredFormat) ? declaredFormat : "",
    declaredFormat,
    nullable: raw["nullable"] === true,
    properties: new Map(Object.keys(properties).map((name) => [name, compileSchema(properties[name] ?? null)])),
    ...(additional === undefined ? {} : { additional }),
    ...(isMap(raw["items"]) ? { items: compileSchema(raw["items"]) } : {}),
    required: listOf(raw["required"]).map(textOf),
    enumeration: listOf(raw["enum"]),
    limits: limitsOf(raw),
    ...(standard === undefined || standard === null ? {} : { default: standard }),
    preserveUnknown: raw["x-kubernetes-preserve-unknown-fields"] === true,
    embedded: raw["x-kubernetes-embedded-resource"] === true,
    intOrString: raw["x-kubernetes-int-or-string"] === true,
    rules: listOf(raw["x-kubernetes-validations"]).filter(isMap).map(ruleOf),
    ...(listType === "" ? {} : { listType }),
    mapKeys: listOf(raw["x-kubernetes-list-map-keys"]).map(textOf),
    ...(mapType === "" ? {} : { mapType }),
  };
};

/** Whether a rule in CEL lies anywhere in the structural part of a schema. */
export const hasRulesWithin = (schema: CustomSchema): boolean =>
  schema.rules.length > 0 ||
  [...schema.properties.values()].some(hasRulesWithin) ||
  (schema.items !== undefined && hasRulesWithin(schema.items)) ||
  (schema.additional?.schema !== undefined && hasRulesWithin(schema.additional.schema));

/** The schema of a resource's root: as if declared `x-kubernetes-embedded-resource`. */
export const asResourceRoot = (schema: CustomSchema): CustomSchema => ({ ...schema, embedded: true });

/** The schema of one field of an object, be it named or additional. */
export const fieldSchema = (schema: CustomSchema | undefined, field: string): CustomSchema | undefined =>
  schema?.properties.get(field) ?? schema?.additional?.schema;
