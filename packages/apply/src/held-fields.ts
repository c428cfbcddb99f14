import { canonicalJson, isObject } from "@evenkeel/resource";
import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";

import { fieldsOf } from "./claim-fields.ts";
import { heldFrom, isEarlier } from "./earlier-managers.ts";
import { isLeaf, isOwnEntry, memberOf, union } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";
import { declaredBy, declaredIn } from "./left-fields.ts";
import type { Declared, PartedFields } from "./left-fields.ts";

const NOTHING: JsonObject = {};
const nowhere: Declared = () => undefined;

const isEqual = (a: Json | undefined, b: Json | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);

interface Sides {
  /** Asked of each member: whether Git declared it before, or our entry has it. */
  readonly known: readonly Declared[];
  readonly desired: Json | undefined;
  readonly live: Json | undefined;
}

/** Parts the fields of a manager: those that Git declares from now on, with the value that they have already, and the rest. */
const partNew = (fields: JsonObject, { known, desired, live }: Sides): PartedFields => {
  let [left, rest] = [NOTHING, NOTHING];
  for (const [member, inner] of Object.entries(fields)) {
    const [wanted, found] = [memberOf(desired, member), memberOf(live, member)];
    const seen = known.map((declared) => declared(member));
    const below = isObject(inner) ? inner : NOTHING;
    const isNew = seen.every((declared) => declared === undefined) && isEqual(wanted, found);
    const parted =
      wanted === undefined || found === undefined
        ? { left: NOTHING, rest: below }
        : partNew(below, { known: seen.map((declared) => declared?.inside ?? nowhere), desired: wanted, live: found });
    if (isLeaf(below) && isNew) left = { ...left, [member]: below };
    else {
      if (!isLeaf(parted.left)) left = { ...left, [member]: parted.left };
      if (isLeaf(below) || !isLeaf(parted.rest)) rest = { ...rest, [member]: parted.rest };
    }
  }
  // An item that is theirs in part is there through them.
  return { left: isLeaf(left) || fields["."] === undefined ? left : { ".": NOTHING, ...left }, rest };
};

const isSameEntry = (a: ManagedEntry, b: ManagedEntry): boolean =>
  (["manager", "operation", "apiVersion", "subresource"] as const).every((key) => a[key] === b[key]);

/**
 * The managedFields under which what an earlier manager has, and Git declares from now on with the same value, stays that
 * manager's: Git agrees with it, and takes nothing out that it did not bring (`before`: the body last sent, if it is known).
 * Undefined where nothing is to be kept so.
 */
export const holdEqual = (
  before: KubeObject | undefined,
  desired: KubeObject,
  live: KubeObject,
): readonly ManagedEntry[] | undefined => {
  const entries = live.metadata.managedFields ?? [];
  const known = [declaredIn(fieldsOf(entries.find(isOwnEntry))), declaredBy(before as JsonObject | undefined)];
  const sides = { known, desired: desired as JsonObject, live: live as JsonObject };
  const held: ManagedEntry[] = [];
  const others = entries.flatMap((entry) => {
    const parted = isEarlier(entry) ? partNew(fieldsOf(entry), sides) : undefined;
    if (parted === undefined || isLeaf(parted.left)) return [entry];
    held.push({ ...heldFrom(entry), fieldsV1: parted.left });
    return isLeaf(parted.rest) ? [] : [{ ...entry, fieldsV1: parted.rest }];
  });
  if (held.length === 0) return undefined;
  return held.reduce<readonly ManagedEntry[]>((all, entry) => {
    const same = all.find((each) => isSameEntry(each, entry));
    const fieldsV1 = union(fieldsOf(same), fieldsOf(entry));
    return [...all.filter((each) => each !== same), { ...entry, fieldsV1 }];
  }, others);
};
