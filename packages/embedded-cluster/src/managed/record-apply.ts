import type { FieldSet } from "../fields/field-set.ts";
import { without } from "../fields/field-set.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import { mergeValues } from "../fields/merge-values.ts";
import type { Value } from "../json.ts";
import type { MergeSchema, Writer } from "./managed-fields.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";
import { managerId } from "./manager-table.ts";
import { pruneFields } from "./prune-fields.ts";
import { ignoredFields, servedManagers } from "./record-update.ts";
import { stripMetadata } from "./strip-metadata.ts";
import { takeFields } from "./take-fields.ts";
import type { Typed } from "./typed-object.ts";
import { sameJson } from "../equal.ts";

export interface RecordedApply {
  /** The merged and pruned object; `undefined` when the apply changes no field. Shares parts of live and applied. */
  readonly value: Value | undefined;
  readonly managers: ManagerTable;
  /** Fields of others that would change, by manager; `managers` has them taken away already. */
  readonly conflicts: ReadonlyMap<string, FieldSet>;
  /** To name the owners of conflicts. */
  readonly owners: ManagerTable;
}

/** Merges what was applied into live, prunes what the applier dropped, and takes the fields that changed from others. Throws Mistyped. */
export const recordApply = (
  live: Typed,
  applied: Typed,
  managers: ManagerTable,
  writer: Writer,
  schema: MergeSchema,
): RecordedApply => {
  const { manager, apiVersion, subresource, now } = writer;
  const before = servedManagers(managers, schema, apiVersion);
  const name = { manager: manager === "" ? "unknown" : manager, operation: "Apply", apiVersion, subresource } as const;
  const id = managerId(name);
  const last = before.get(id);
  const ignored = ignoredFields(schema);
  const entry: ManagerEntry = {
    ...name,
    time: last?.time,
    set: without(fieldsOf(applied.value, applied.atom), ignored),
  };
  const owners = new Map(before).set(id, entry);
  const merged: Typed = { ...live, value: mergeValues(live.value, applied.value, live.atom) };
  const { value } = pruneFields(merged, owners, entry, last, schema);
  const { others, conflicts } = takeFields(live, { ...live, value }, owners, id, schema, ignored);
  const changed = !sameJson(live.value, value);
  const after = new Map(others);
  const set = stripMetadata(entry.set);
  if (set.size === 0) after.delete(id);
  else after.set(id, { ...entry, set, time: changed ? now : last?.time });
  return { value: changed ? value : undefined, managers: after, conflicts, owners };
};
