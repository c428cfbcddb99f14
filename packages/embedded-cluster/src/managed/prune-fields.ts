import type { FieldSet } from "../fields/field-set.ts";
import { difference, emptySet, intersection, union } from "../fields/field-set.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import { withNamedFields } from "../fields/named-fields.ts";
import { removeFields } from "../fields/remove-fields.ts";
import type { MergeSchema } from "./managed-fields.ts";
import type { ManagerEntry, ManagerTable } from "./manager-table.ts";
import type { Typed } from "./typed-object.ts";
import { typedAt } from "./typed-object.ts";

const namedFieldsOf = ({ value, atom }: Typed): FieldSet => withNamedFields(fieldsOf(value, atom), atom);

/**
 * Removes from the merged object what the applier owned by its last apply (`last`), did not apply now, and no one else
 * owns. `managers` holds the applier's new set already.
 */
export const pruneFields = (
  merged: Typed,
  managers: ManagerTable,
  applier: ManagerEntry,
  last: ManagerEntry | undefined,
  schema: MergeSchema,
): Typed => {
  if (last === undefined || last.set.size === 0) return merged;
  // Whoever applies all that he applied before drops nothing: the common case.
  if (last.apiVersion === merged.apiVersion && difference(last.set, applier.set).size === 0) return merged;
  const from = typedAt(merged, last.apiVersion, schema);
  if (from === undefined) return merged;
  const lastNamed = withNamedFields(last.set, from.atom);
  const cut: Typed = { ...from, value: removeFields(from.value, lastNamed, from.atom) };
  const kept = typedAt(addBackOwned(from, cut, last.apiVersion, managers, schema), last.apiVersion, schema);
  if (kept === undefined) return merged;
  // Only what the applier owned may go: what no one owns stays.
  const gone = intersection(difference(namedFieldsOf(from), namedFieldsOf(kept)), lastNamed);
  const pruned: Typed = { ...from, value: removeFields(from.value, gone, from.atom) };
  return typedAt(pruned, applier.apiVersion, schema) ?? merged;
};

/** Brings back what was cut though someone owns it, version by version, that of the cut first. */
const addBackOwned = (
  merged: Typed,
  pruned: Typed,
  firstVersion: string,
  managers: ManagerTable,
  schema: MergeSchema,
): Typed => {
  const owned = new Map<string, FieldSet>();
  for (const { apiVersion, set } of managers.values()) {
    owned.set(apiVersion, union(owned.get(apiVersion) ?? emptySet, set));
  }
  const versions = [...owned.keys()].sort((a, b) => Number(b === firstVersion) - Number(a === firstVersion));
  let [whole, kept] = [merged, pruned];
  for (const version of versions) {
    const [wholeThen, keptThen] = [typedAt(whole, version, schema), typedAt(kept, version, schema)];
    if (wholeThen === undefined || keptThen === undefined) continue;
    const stays = union(namedFieldsOf(keptThen), withNamedFields(owned.get(version) ?? emptySet, wholeThen.atom));
    const gone = difference(namedFieldsOf(wholeThen), stays);
    [whole, kept] = [wholeThen, { ...wholeThen, value: removeFields(wholeThen.value, gone, wholeThen.atom) }];
  }
  return kept;
};
