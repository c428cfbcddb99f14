import type { Comparison } from "../fields/compare-values.ts";
import { compareValues } from "../fields/compare-values.ts";
import type { FieldSet } from "../fields/field-set.ts";
import { difference, intersection, union, without } from "../fields/field-set.ts";
import type { MergeSchema } from "./managed-fields.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";
import type { Typed } from "./typed-object.ts";
import { typedAt } from "./typed-object.ts";

/** What a write means for those who own fields. */
export interface Taken {
  /** The others' entries without what was changed or removed; entries left empty or of versions no longer served are gone. */
  readonly others: ManagerTable;
  /** In the version of the write. */
  readonly comparison: Comparison;
  /** By manager: its fields that the write gives another value. */
  readonly conflicts: ReadonlyMap<string, FieldSet>;
}

const compareWithout = (before: Typed, after: Typed, ignored: FieldSet): Comparison => {
  const { removed, modified, added } = compareValues(before.value, after.value, before.atom);
  return { removed: without(removed, ignored), modified: without(modified, ignored), added: without(added, ignored) };
};

/** Takes from all managers but `self` what the write from `before` to `after` changed or removed, each in its own version. */
export const takeFields = (
  before: Typed,
  after: Typed,
  managers: ManagerTable,
  self: string | undefined,
  schema: MergeSchema,
  ignored: FieldSet,
): Taken => {
  const comparison = compareWithout(before, after, ignored);
  const comparisons = new Map<string, Comparison | undefined>([[before.apiVersion, comparison]]);
  const comparisonAt = (apiVersion: string): Comparison | undefined => {
    if (!comparisons.has(apiVersion)) {
      const [from, to] = [typedAt(before, apiVersion, schema), typedAt(after, apiVersion, schema)];
      comparisons.set(apiVersion, from && to && compareWithout(from, to, ignored));
    }
    return comparisons.get(apiVersion);
  };
  const others = new Map<string, ManagerEntry>();
  const conflicts = new Map<string, FieldSet>();
  for (const [id, entry] of managers) {
    const found = id === self ? undefined : comparisonAt(entry.apiVersion);
    if (id !== self && found === undefined) continue;
    let set = entry.set;
    if (found !== undefined) {
      const conflict = intersection(set, union(found.modified, found.added));
      if (conflict.size > 0) conflicts.set(id, conflict);
      set = difference(difference(set, conflict), found.removed);
    }
    if (set.size > 0) others.set(id, set === entry.set ? entry : { ...entry, set });
  }
  return { others, comparison, conflicts };
};
