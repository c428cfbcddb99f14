import type { LiveObject, Value, ValueMap } from "../json.ts";
import type { FieldNode, StructNode } from "../schema/type-node.ts";
import type { TypeNode, TypeTable } from "../schema/type-node.ts";
import type { MergeSchema } from "./managed-fields.ts";

/**
 * What the server takes for the live object of a create: the kind's empty Go value as it would be emitted, with its
 * never-left-out structs and nulls. A custom resource is empty but for its kind.
 */
export const zeroObject = (apiVersion: string, kind: string, schema: MergeSchema): LiveObject => {
  const found = schema.typeOf(apiVersion);
  const root = found?.table.resolve(found.type);
  const zero = found !== undefined && root?.kind === "struct" && root.goType !== undefined;
  return { ...(zero ? zeroStruct(root, found.table) : {}), apiVersion, kind } as LiveObject;
};

const zeroStruct = (node: StructNode, table: TypeTable): ValueMap => {
  const out: ValueMap = {};
  for (const [name, field] of Object.entries(node.fields)) {
    const value = zeroField(field, table);
    if (value !== undefined) out[name] = value;
  }
  return out;
};

/** Times, quantities and raw extensions are Go structs too, whatever they look like in JSON: never left out as empty. */
const isGoStruct = (node: TypeNode): boolean =>
  node.kind === "untyped" ||
  (node.kind === "scalar" && ["time", "microTime", "quantity", "duration", "intOrString"].includes(node.scalar));

/** `undefined` where the encoder leaves the field out. */
const zeroField = (field: FieldNode, table: TypeTable): Value | undefined => {
  const always = field.emit === "always";
  if (field.emit === "omitzero") return undefined;
  if (field.pointer === true) return always ? null : undefined;
  const node = table.resolve(field.type);
  if (node.kind === "struct") return node.goType === undefined ? undefined : zeroStruct(node, table);
  if (!always && !isGoStruct(node)) return undefined;
  if (node.kind !== "scalar") return null;
  switch (node.scalar) {
    case "string":
      return "";
    case "int32":
    case "int64":
    case "float64":
      return 0;
    case "intOrString":
      return 0;
    case "boolean":
      return false;
    case "quantity":
      return "0";
    case "duration":
      return "0s";
    case "bytes":
    case "time":
    case "microTime":
      return null;
  }
};
