import { keptBy } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { isOwnedBy } from "./own-marks.ts";
import type { InventoryEntry } from "./plan-apply.ts";
import { decidePrune } from "./prune-proof.ts";
import type { PruneEvidence } from "./prune-proof.ts";

/** A create of an owner that crashed may still arrive for so long. */
const PENDING_MS = 35_000;
/** What is in doubt for a moment is looked at again so soon. */
export const SOON_MS = 2_000;

/** One entry that left desired, with what was read of it. */
export interface AbsentObject {
  readonly entry: InventoryEntry;
  readonly live: KubeObject | undefined;
  /** The kind is served and its group answered in full. */
  readonly discovered: boolean;
  /** The kind is no longer defined: nothing of it can be there. */
  readonly kindGone: boolean;
  /** Another app claims it. */
  readonly claimedBy: string | undefined;
  /** That app has it for good. */
  readonly takenOver: boolean;
  /** It could not be read. */
  readonly failure: Reason | undefined;
  /** It was stored without our marks. */
  readonly unmarked: boolean;
}

/** What holds for all that left a desired. */
export type PruneRules = Pick<
  PruneEvidence,
  "owner" | "desired" | "render" | "allowEmpty" | "applied" | "enabled" | "budget" | "graceMs"
> & {
  readonly removed: boolean;
  /** UIDs of objects that are desired still. */
  readonly heldUids: ReadonlySet<string>;
};

export type LivingEvidence = PruneEvidence & { readonly live: KubeObject };

export type SortedAbsent =
  | { readonly kind: "drop"; readonly ref: ObjectRef }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "park"; readonly ref: ObjectRef; readonly reason: Reason }
  /** It is there, and ours as far as the entry says. */
  | { readonly kind: "prove"; readonly evidence: LivingEvidence };

const park = (evidence: PruneEvidence): SortedAbsent => {
  const decision = decidePrune(evidence);
  return decision.kind === "proven"
    ? { kind: "wait", ms: SOON_MS }
    : { kind: "park", ref: evidence.ref, reason: decision.reason };
};

/**
 * An entry leaves without a delete when its object or its kind is gone, when it is another one, or another app's, or when
 * another entry that is desired has the same object: it was written by another group of its kind.
 */
export const sortAbsent = (absent: AbsentObject, { heldUids, ...rules }: PruneRules, now: Date): SortedAbsent => {
  const { entry, live, discovered, claimedBy, unmarked } = absent;
  const { ref } = entry;
  if (absent.takenOver) return { kind: "drop", ref };
  if (absent.failure !== undefined) return { kind: "park", ref, reason: absent.failure };
  const absentForMs = now.getTime() - (entry.absentSince ?? now).getTime();
  const uid =
    entry.uid === "" && live !== undefined && isOwnedBy(live, rules.owner) ? (live.metadata.uid ?? "") : entry.uid;
  const evidence: PruneEvidence = {
    ...rules,
    ref,
    inventoryUid: uid,
    unmarked,
    live,
    discovered,
    claimedBy,
    absentForMs,
    deletions: 0,
    approved: false,
    wantedBy: undefined,
    namedBy: undefined,
  };
  const pendingMs = entry.uid === "" ? PENDING_MS - absentForMs : 0;
  const gone: SortedAbsent = pendingMs > 0 ? { kind: "wait", ms: pendingMs } : { kind: "drop", ref };
  if (absent.kindGone) return gone;
  if (!discovered) return park(evidence);
  // A pending entry whose create never arrived: what has the name, if anything, is not ours.
  if (live === undefined || uid === "") return gone;
  if (live.metadata.uid !== uid || heldUids.has(uid)) return { kind: "drop", ref };
  // What a mark keeps stays when its application goes: nobody waits for it.
  if (rules.removed && keptBy(live, true) !== undefined) return { kind: "drop", ref };
  return { kind: "prove", evidence: { ...evidence, live } };
};

/** It is on its way out. */
export const isDying = ({ live }: LivingEvidence): boolean => live.metadata.deletionTimestamp !== undefined;

/** Budget and Approval are about what would be deleted, whatever grace time is left. */
export const isDeletable = (evidence: PruneEvidence): boolean =>
  decidePrune({ ...evidence, approved: true, graceMs: 0 }).kind === "proven";

/** Refs of what could be deleted: only of these the whole cluster is asked whether others want or name them. */
export const deletableOf = (sorted: readonly SortedAbsent[]): readonly ObjectRef[] =>
  sorted.flatMap((each) =>
    each.kind === "prove" && !isDying(each.evidence) && isDeletable(each.evidence) ? [each.evidence.ref] : [],
  );
