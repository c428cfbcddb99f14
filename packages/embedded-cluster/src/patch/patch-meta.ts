import type { FieldNode, StructNode, TypeNode, TypeRef, TypeTable } from "../schema/type-node.ts";
import { goName } from "../schema/go-names.ts";
import { patchBroke } from "./patch-failed.ts";

/** A type and the table its names are in. */
export interface PatchType {
  readonly ref: TypeRef;
  readonly table: TypeTable;
}

/** How a member is patched: the type below it, and what its field's tags say. */
export interface PatchMeta {
  readonly type: PatchType;
  /** `merge`, `replace` or "" (the default of its type). */
  readonly strategy: string;
  readonly mergeKey: string;
}

/** Of a map or struct that both sides have. Throws PatchFailed (500) for what the type does not have, as the server does. */
export const metaOfMap = (type: PatchType, key: string): PatchMeta => {
  const field = fieldOf(type, key);
  return { type: { ref: field.type, table: type.table }, ...tagsOf(field) };
};

/** Of a list that both sides have: the type is that of its items. */
export const metaOfList = (type: PatchType, key: string): PatchMeta => {
  const field = fieldOf(type, key);
  const node = type.table.resolve(field.type);
  if (node.kind !== "list") {
    if (field.pointer === true) return { type: { ref: node, table: type.table }, ...tagsOf(field) };
    throw patchBroke(`expected slice or array type, but got: ${goKind(type.table.resolve(type.ref))}`);
  }
  return { type: { ref: node.element, table: type.table }, ...tagsOf(field) };
};

const tagsOf = (field: FieldNode): { readonly strategy: string; readonly mergeKey: string } => ({
  strategy: field.patchStrategy?.find((each) => each !== "retainKeys") ?? "",
  mergeKey: field.patchMergeKey ?? "",
});

const fieldOf = ({ ref, table }: PatchType, key: string): FieldNode => {
  const node = table.resolve(ref);
  if (node.kind === "struct") {
    const field = node.fields[key] ?? fieldOfAnyCase(node, key);
    if (field !== undefined) return field;
  }
  if (node.kind === "struct" || node.kind === "untyped") {
    const name = goName(node, table).replace(/^.*\./, "");
    throw patchBroke(`unable to find api field in struct ${name} for the json field ${JSON.stringify(key)}`);
  }
  throw patchBroke(`merging an object in json but data type is not struct, instead is: ${goKind(node)}`);
};

const fieldOfAnyCase = (node: StructNode, key: string): FieldNode | undefined => {
  const folded = key.toLowerCase();
  return Object.entries(node.fields).find(([name]) => name.toLowerCase() === folded)?.[1];
};

const goKind = (node: TypeNode): string => {
  const kinds = { list: "slice", map: "map", struct: "struct", untyped: "struct", scalar: "string" } as const;
  return kinds[node.kind];
};
