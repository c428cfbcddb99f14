import type { Value, ValueMap } from "../json.ts";
import { explain } from "../schema/explain.ts";
import type { FieldNode, TypeNode, TypeTable } from "../schema/type-node.ts";
import type { FieldValidation } from "./merge-patch.ts";
import { badPatch, PatchFailed } from "./patch-failed.ts";

const MOST_OPERATIONS = 10_000;

const text: FieldNode = { type: { kind: "scalar", scalar: "string" }, emit: "always" };
const operation: TypeNode = {
  kind: "struct",
  relationship: "granular",
  goType: "jsonPatchOp",
  goPackage: "handlers",
  fields: {
    op: text,
    path: text,
    from: text,
    value: { type: { kind: "untyped", relationship: "deduced" }, emit: "always" },
  },
};
const operations: TypeNode = { kind: "list", element: operation, relationship: "atomic" };
const table: TypeTable = {
  resolve: (ref) => {
    if (typeof ref === "string") throw new RangeError(`${ref}: no such type`);
    return ref;
  },
};

/** The operations of a JSON patch body. Throws PatchFailed: 400 when it is none, 413 when there are too many. */
export const checkJsonPatch = (patch: Value, validation: FieldValidation): readonly ValueMap[] => {
  if (validation !== "Ignore") {
    const { failure } = explain(patch, operations, table);
    if (failure !== undefined) throw badPatch(`error decoding patch: ${failure}`);
  }
  const { failure } = explain(patch, plainOperations, table);
  if (failure !== undefined) throw badPatch(failure);
  const list = (patch ?? []) as readonly (ValueMap | null)[];
  if (list.length > MOST_OPERATIONS)
    throw new PatchFailed(
      413,
      "RequestEntityTooLarge",
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${list.length}`,
    );
  return list.map((each) => each ?? {});
};

/** What the library itself wants: maps, whatever is in them. */
const plainOperations: TypeNode = {
  kind: "list",
  relationship: "atomic",
  goType: "jsonpatch.Patch",
  element: {
    kind: "map",
    relationship: "granular",
    goType: "jsonpatch.Operation",
    values: { kind: "untyped", relationship: "deduced" },
  },
};
