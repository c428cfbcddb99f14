import { FIELD_MANAGER, isObject } from "@evenkeel/resource";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import type { ConflictPolicy } from "@evenkeel/words";

import { comesWhole, isEarlier, isHeld } from "./earlier-managers.ts";
import { isLeaf, isOwnEntry, union } from "./fields-v1.ts";
import type { ManagedEntry } from "./fields-v1.ts";
import { partAtPath, valueAt } from "./ignore-path.ts";
import type { PathStep } from "./ignore-path.ts";
import { declaredBy, declaredIn, partFields } from "./left-fields.ts";
import type { PartedFields } from "./left-fields.ts";

const NO_FIELDS: JsonObject = {};

/** The fields of an entry; none where it has none. */
export const fieldsOf = (entry: ManagedEntry | undefined): JsonObject => {
  const fields = entry?.["fieldsV1"];
  return isObject(fields) ? fields : NO_FIELDS;
};

/** The entries after each that `part` names has given up what `left` it; undefined where none gives up anything. */
const movedToUs = (
  live: KubeObject,
  part: (entry: ManagedEntry) => PartedFields | undefined,
): readonly ManagedEntry[] | undefined => {
  const entries = live.metadata.managedFields ?? [];
  let taken = NO_FIELDS;
  let from: ManagedEntry | undefined;
  const others = entries
    .filter((entry) => !isOwnEntry(entry))
    .flatMap((entry) => {
      const parted = part(entry);
      if (parted === undefined || isLeaf(parted.left)) return [entry];
      taken = union(taken, parted.left);
      from = entry;
      return isLeaf(parted.rest) ? [] : [{ ...entry, fieldsV1: parted.rest }];
    });
  if (from === undefined) return undefined;
  const own = entries.find(isOwnEntry);
  const fields = union(fieldsOf(own), taken);
  const ours = own ?? { ...from, manager: FIELD_MANAGER, operation: "Apply" };
  return [{ ...ours, fieldsV1: fields }, ...others];
};

/** What is at these paths stays with whoever has it. */
const setAside = (fields: PartedFields, kept: readonly (readonly PathStep[])[]): PartedFields =>
  kept.reduce<PartedFields>(({ left, rest }, steps) => {
    const parted = partAtPath(left, steps);
    return { left: parted.rest, rest: union(rest, parted.at) };
  }, fields);

/** An entry's fields, parted by what has left Git. */
export const partLeft = (
  entry: ManagedEntry,
  before: KubeObject | undefined,
  desired: KubeObject,
  live: KubeObject,
) => {
  const own = fieldsOf((live.metadata.managedFields ?? []).find(isOwnEntry));
  const declared = before === undefined ? declaredIn(own) : declaredBy(before as JsonObject);
  return partFields(fieldsOf(entry), declared, desired as JsonObject);
};

/**
 * The managedFields under which our next apply takes out what Git declared (`before`, the body last sent; without it, what
 * our entry owns) and declares no longer, though an earlier manager has it too (docs/drift-matrix.md D62, kubernetes/kubernetes#99003).
 * Undefined where no field has to change hands. What a manager had before Git named it is taken under `onConflict: take`
 * alone, and what is declared to be others' (`ignored`) not at all, though our entry has it still.
 */
export const claimLeft = (
  before: KubeObject | undefined,
  desired: KubeObject,
  live: KubeObject,
  ignored: readonly (readonly PathStep[])[],
  onConflict: ConflictPolicy = "hold",
): readonly ManagedEntry[] | undefined =>
  movedToUs(live, (entry) =>
    isEarlier(entry) || (onConflict === "take" && isHeld(entry))
      ? setAside(partLeft(entry, before, desired, live), ignored)
      : undefined,
  );

/** A count that Git leaves open stays as it is: a takeover must not scale a workload down. */
const COUNT: readonly PathStep[] = [
  { kind: "field", name: "spec" },
  { kind: "field", name: "replicas" },
];

/**
 * The managedFields under which the apply that takes an object over makes it what Git says: all that earlier managers own
 * is ours, so what Git does not name goes; what is declared to be others' (`ignored`) stays theirs. Undefined where they
 * own nothing.
 */
export const claimWhole = (
  desired: KubeObject,
  live: KubeObject,
  ignored: readonly (readonly PathStep[])[],
): readonly ManagedEntry[] | undefined => {
  const kept = valueAt(desired as JsonObject, COUNT) === undefined ? [...ignored, COUNT] : ignored;
  return movedToUs(live, (entry) =>
    comesWhole(entry) ? setAside({ left: fieldsOf(entry), rest: NO_FIELDS }, kept) : undefined,
  );
};
