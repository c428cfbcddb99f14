import { builtinTable } from "../schema/builtin-table.ts";
import type { FieldNode, ScalarNode, TypeNode, TypeTable } from "../schema/type-node.ts";
import type { CustomSchema } from "./custom-schema.ts";

const objectMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const anything: TypeNode = { kind: "untyped", relationship: "deduced" };
const text: ScalarNode = { kind: "scalar", scalar: "string" };

/** Types of custom resources name only ObjectMeta. */
export const customTable: TypeTable = builtinTable;

const typeMeta: Readonly<Record<string, FieldNode>> = {
  apiVersion: { type: text, emit: "omitempty" },
  kind: { type: text, emit: "omitempty" },
  metadata: { type: objectMeta, emit: "omitempty" },
};

const scalarOf = (schema: CustomSchema): ScalarNode | undefined => {
  switch (schema.types[0] ?? "") {
    case "integer":
      return { kind: "scalar", scalar: "int64" };
    case "number":
      return { kind: "scalar", scalar: "float64" };
    case "boolean":
      return { kind: "scalar", scalar: "boolean" };
    case "string":
      // The merge takes a string with any other format for a scalar of no type.
      return schema.declaredFormat === "" || schema.declaredFormat === "byte"
        ? text
        : { kind: "scalar", scalar: "quantity" };
    default:
      return undefined;
  }
};

const listOf = (schema: CustomSchema, preserve: boolean): TypeNode => {
  const element = schema.items === undefined ? anything : nodeOf(schema.items, preserve);
  if (schema.listType === "map") return { kind: "list", relationship: "map", keys: schema.mapKeys, element };
  return { kind: "list", relationship: schema.listType === "set" ? "set" : "atomic", element };
};

const fieldOf = (schema: CustomSchema, preserve: boolean): FieldNode => ({
  type: nodeOf(schema, preserve),
  emit: "omitempty",
  ...(schema.default === undefined ? {} : { default: schema.default }),
});

const objectOf = (schema: CustomSchema, preserve: boolean, isResource: boolean): TypeNode => {
  const relationship = schema.mapType === "atomic" ? "atomic" : "granular";
  if (schema.properties.size === 0 && !isResource) {
    const values = schema.additional?.schema;
    return { kind: "map", relationship, values: values === undefined ? anything : nodeOf(values, preserve) };
  }
  const fields: Record<string, FieldNode> = {};
  for (const [name, property] of schema.properties) fields[name] = fieldOf(property, preserve);
  if (isResource) Object.assign(fields, typeMeta);
  const open = preserve || schema.additional?.allows === true;
  return { kind: "struct", relationship, fields, ...(open ? { preserveUnknown: true } : {}) };
};

/** How the merge sees a value of the schema; `x-kubernetes-preserve-unknown-fields` holds for all below it. */
const nodeOf = (schema: CustomSchema, inherited: boolean): TypeNode => {
  const preserve = inherited || schema.preserveUnknown;
  if (schema.types.length !== 1)
    return schema.properties.size > 0 ? objectOf(schema, preserve, schema.embedded) : anything;
  if (schema.types[0] === "array") return listOf(schema, preserve);
  return scalarOf(schema) ?? objectOf(schema, preserve, schema.embedded);
};

/** The merge type of a whole resource; without a schema all but its metadata is deduced. */
export const mergeTypeOf = (schema: CustomSchema | undefined): TypeNode =>
  schema === undefined ? anything : objectOf(schema, schema.preserveUnknown, true);
