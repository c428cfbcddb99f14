import { isMap, type Value, type ValueMap } from "../../json.ts";
import { sortedCopy } from "../sorted-copy.ts";
import type { InternalVersion } from "./internal-spec.ts";

type Print = (value: Value) => Value;

const plain: Print = (value) => value;
const list =
  (print: Print): Print =>
  (value) =>
    Array.isArray(value) ? value.map(print) : value;
/** A map of schemas: its keys sorted, as Go prints maps. */
const map =
  (print: Print): Print =>
  (value) =>
    isMap(value)
      ? Object.fromEntries(
          Object.keys(value)
            .toSorted()
            .map((key) => [key, print(value[key] ?? null)]),
        )
      : value;
const schema: Print = (value) => printSchema(isMap(value) ? value : {});
const schemaOrArray: Print = (value) => ({
  Schema: isMap(value) ? schema(value) : null,
  JSONSchemas: Array.isArray(value) ? value.map(schema) : null,
});
const schemaOrBool: Print = (value) => ({
  Allows: typeof value === "boolean" ? value : true,
  Schema: isMap(value) ? schema(value) : null,
});
const schemaOrStrings: Print = (value) => ({
  Schema: isMap(value) ? schema(value) : null,
  Property: Array.isArray(value) ? value : null,
});
const externalDocs: Print = (value) =>
  isMap(value) ? { Description: value["description"] ?? "", URL: value["url"] ?? "" } : null;
const rule: Print = (value) => {
  const given = isMap(value) ? value : {};
  return {
    Rule: given["rule"] ?? "",
    Message: given["message"] ?? "",
    MessageExpression: given["messageExpression"] ?? "",
    Reason: given["reason"] ?? null,
    FieldPath: given["fieldPath"] ?? "",
    OptionalOldSelf: given["optionalOldSelf"] ?? null,
  };
};

interface Field {
  readonly json: string;
  readonly zero: Value;
  readonly print: Print;
}

const field = (json: string, zero: Value, print: Print = plain): Field => ({ json, zero, print });

/** Go's internal JSONSchemaProps, field by field in its order: it has no JSON names, so that all are printed. */
const schemaFields: Readonly<Record<string, Field>> = {
  ID: field("id", ""),
  Schema: field("$schema", ""),
  Ref: field("$ref", null),
  Description: field("description", ""),
  Type: field("type", ""),
  Nullable: field("nullable", false),
  Format: field("format", ""),
  Title: field("title", ""),
  Default: field("default", null, sortedCopy),
  Maximum: field("maximum", null),
  ExclusiveMaximum: field("exclusiveMaximum", false),
  Minimum: field("minimum", null),
  ExclusiveMinimum: field("exclusiveMinimum", false),
  MaxLength: field("maxLength", null),
  MinLength: field("minLength", null),
  Pattern: field("pattern", ""),
  MaxItems: field("maxItems", null),
  MinItems: field("minItems", null),
  UniqueItems: field("uniqueItems", false),
  MultipleOf: field("multipleOf", null),
  Enum: field("enum", null, sortedCopy),
  MaxProperties: field("maxProperties", null),
  MinProperties: field("minProperties", null),
  Required: field("required", null),
  Items: field("items", null, schemaOrArray),
  AllOf: field("allOf", null, list(schema)),
  OneOf: field("oneOf", null, list(schema)),
  AnyOf: field("anyOf", null, list(schema)),
  Not: field("not", null, schema),
  Properties: field("properties", null, map(schema)),
  AdditionalProperties: field("additionalProperties", null, schemaOrBool),
  PatternProperties: field("patternProperties", null, map(schema)),
  Dependencies: field("dependencies", null, map(schemaOrStrings)),
  AdditionalItems: field("additionalItems", null, schemaOrBool),
  Definitions: field("definitions", null, map(schema)),
  ExternalDocs: field("externalDocs", null, externalDocs),
  Example: field("example", null, sortedCopy),
  XPreserveUnknownFields: field("x-kubernetes-preserve-unknown-fields", null),
  XEmbeddedResource: field("x-kubernetes-embedded-resource", false),
  XIntOrString: field("x-kubernetes-int-or-string", false),
  XListMapKeys: field("x-kubernetes-list-map-keys", null),
  XListType: field("x-kubernetes-list-type", null),
  XMapType: field("x-kubernetes-map-type", null),
  XValidations: field("x-kubernetes-validations", null, list(rule)),
};

/** A schema as the server prints it for a bad value. */
export const printSchema = (given: ValueMap): ValueMap =>
  Object.fromEntries(
    Object.entries(schemaFields).map(([name, { json, zero, print }]) => {
      const value = given[json];
      return [name, value === undefined || value === null ? zero : print(value)];
    }),
  );

/** The fields of a schema that are set, by their Go names and in Go's order. */
export const fieldsSet = (given: ValueMap): readonly string[] =>
  Object.entries(schemaFields)
    .filter(([, { json, zero }]) => given[json] !== undefined && given[json] !== null && given[json] !== zero)
    .map(([name]) => name);

const printSubresources = (given: ValueMap): Value => {
  const { scale } = given;
  return {
    Status: isMap(given["status"]) ? {} : null,
    Scale: isMap(scale)
      ? {
          SpecReplicasPath: scale["specReplicasPath"] ?? "",
          StatusReplicasPath: scale["statusReplicasPath"] ?? "",
          LabelSelectorPath: scale["labelSelectorPath"] ?? null,
        }
      : null,
  };
};

const printColumn = (column: ValueMap): Value => ({
  Name: column["name"] ?? "",
  Type: column["type"] ?? "",
  Format: column["format"] ?? "",
  Description: column["description"] ?? "",
  Priority: column["priority"] ?? 0,
  JSONPath: column["jsonPath"] ?? "",
});

const orNull = (values: readonly Value[]): Value => (values.length === 0 ? null : [...values]);

/** `spec.versions` as the server prints them for a bad value. */
export const printVersions = (versions: readonly InternalVersion[]): Value =>
  versions.map((version) => {
    const openAPIV3Schema = version.validation?.["openAPIV3Schema"];
    return {
      Name: version.name,
      Served: version.served,
      Storage: version.storage,
      Deprecated: version.deprecated,
      DeprecationWarning: version.deprecationWarning ?? null,
      Schema:
        version.validation === undefined
          ? null
          : { OpenAPIV3Schema: isMap(openAPIV3Schema) ? printSchema(openAPIV3Schema) : null },
      Subresources: version.subresources === undefined ? null : printSubresources(version.subresources),
      AdditionalPrinterColumns: orNull(version.columns.map(printColumn)),
      SelectableFields: orNull(version.selectableFields.map((each) => ({ JSONPath: each["jsonPath"] ?? "" }))),
    };
  });
