import type { Schema } from "./ask-server.ts";
import type { GoField, GoType, GoTypes } from "./go-types.ts";
import { listRelationship, targetOf } from "./relationships.ts";

/** A node of the table, in the form of TypeNode of packages/embedded-cluster. */
export type Node = Readonly<Record<string, unknown>>;
type Ref = string | Node;

const scalars: Readonly<Record<string, string>> = {
  string: "string",
  int32: "int32",
  int64: "int64",
  float64: "float64",
  bool: "boolean",
  bytes: "bytes",
  quantity: "quantity",
  intOrString: "intOrString",
  time: "time",
  microTime: "microTime",
  duration: "duration",
};

/** Their schema has no type, or no properties: the server deduces. RawExtension is the one atomic leaf. */
const untyped: Readonly<Record<string, "deduced" | "atomic">> = {
  anyJson: "deduced",
  fieldsV1: "deduced",
  rawExtension: "atomic",
  schemaOrArray: "deduced",
  schemaOrBool: "deduced",
  schemaOrStrings: "deduced",
};

/** Joins what OpenAPI and Go tell of `roots` and all that they reach. */
export const makeTypes = (
  roots: readonly string[],
  schemas: ReadonlyMap<string, Schema>,
  { structs }: GoTypes,
): ReadonlyMap<string, Node> => {
  const types = new Map<string, Node>();

  const addStruct = (name: string, relationship?: "atomic" | "granular"): string => {
    const schema = schemas.get(name);
    const struct = structs[name];
    if (schema === undefined || struct === undefined) throw new Error(`${name}: not in both OpenAPI and Go`);
    const own = schema["x-kubernetes-map-type"] ?? "granular";
    const key = relationship === undefined || relationship === own ? name : `${name}#${relationship}`;
    if (types.has(key)) return key;
    types.set(key, {}); // schemas refer to themselves
    const fields = struct.fields.map((field) => [field.name, fieldOf(name, field, schema.properties?.[field.name])]);
    types.set(key, {
      kind: "struct",
      relationship: relationship ?? own,
      isGoStruct: true,
      fields: Object.fromEntries(fields) as unknown,
    });
    return key;
  };

  const fieldOf = (struct: string, field: GoField, schema: Schema | undefined): Node => {
    if (schema === undefined) throw new Error(`${struct}: OpenAPI has no field ${field.name}`);
    const pointer = field.type.kind === "pointer";
    return {
      type: typeOf(pointer ? (field.type.element as GoType) : field.type, schema, `${struct}.${field.name}`),
      ...(isPlain(schema.default) ? { default: schema.default } : {}),
      emit: field.emit,
      ...(pointer ? { pointer } : {}),
      ...(field.patchStrategy === undefined ? {} : { patchStrategy: field.patchStrategy.split(",") }),
      ...(field.patchMergeKey === undefined ? {} : { patchMergeKey: field.patchMergeKey }),
    };
  };

  const typeOf = (type: GoType, schema: Schema, where: string): Ref => {
    const scalar = scalars[type.kind];
    const relationship = untyped[type.kind];
    if (relationship !== undefined) {
      if (type.kind.startsWith("schemaOr")) addStruct(`${SCHEMAS}JSONSchemaProps`);
      return { kind: "untyped", relationship, form: type.kind };
    }
    if (scalar !== undefined) return { kind: "scalar", scalar };
    if (type.kind === "struct") return addStruct(type.struct ?? "", schema["x-kubernetes-map-type"]);
    const target = targetOf(schema, schemas);
    if (type.kind === "slice")
      return {
        kind: "list",
        ...listRelationship(target, where),
        element: typeOf(type.element as GoType, target.items ?? {}, `${where}[]`),
      };
    if (type.kind === "map")
      return {
        kind: "map",
        relationship: target["x-kubernetes-map-type"] ?? "granular",
        values: typeOf(type.element as GoType, target.additionalProperties ?? {}, `${where}{}`),
      };
    throw new Error(`${where}: no rule for the Go kind ${type.kind}`);
  };

  for (const root of roots) addStruct(root);
  return new Map([...types].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const SCHEMAS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.";

/** `default: {}` only says that the struct is no pointer. */
const isPlain = (value: unknown): boolean => value !== undefined && (typeof value !== "object" || value === null);
