import {
  admissionNames,
  goesFirst,
  isAdmission,
  isOwnedBy,
  neededElsewhere,
  needsApproval,
  planDigest,
  provePrune,
  replacedByHash,
  waitsForElsewhere,
  waitsForFirst,
  willGo,
} from "@evenkeel/apply";
import type { InventoryEntry, PruneCondition, PruneEvidence, PruneVerdict } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { describeRef, formatRef, keptBy, storedKey } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import type { ParkedObject } from "./applied-fact.ts";
import { aboutApprovals } from "./approvals.ts";
import { isPlanApproved } from "./approved-plan.ts";
import { deleteRound } from "./delete-round.ts";
import { wantedElsewhere } from "./elsewhere.ts";
import { isTakenOver, lookAtAbsent } from "./look-at-absent.ts";
import type { Candidate } from "./look-at-absent.ts";
import { endingElsewhere } from "./ending-elsewhere.ts";
import { namedBy } from "./named-by.ts";
import { budgetOf, deletedInVersion } from "./prune-budgets.ts";
import { isUnmarked } from "./run-inventory.ts";

/** What pruning came to. */
export interface Pruned {
  /** Refs that are confirmed gone or no longer ours: they leave the inventory. */
  readonly dropped: ReadonlySet<string>;
  readonly deleted: number;
  /** Kept, each with the first condition that does not hold. */
  readonly parked: readonly ParkedObject[];
  /** What an Approval names: the deletions that need one. Empty if none does. */
  readonly planDigest: string;
  /** When to look again, ms from now. */
  readonly lookAgainMs: number | undefined;
  readonly ledger: bigint | undefined;
}

export const nothingPruned: Pruned = {
  dropped: new Set(),
  deleted: 0,
  parked: [],
  planDigest: "",
  lookAgainMs: undefined,
  ledger: undefined,
};

const STUCK_LOOK_MS = 2_000;
const STUCK_LOOK_LATEST_MS = 60_000;
const BUDGET_LOOK_MS = 60_000;
/** A create of an owner that crashed may still arrive for so long. */
const PENDING_MS = 35_000;

type Sorted =
  | { readonly kind: "drop"; readonly ref: ObjectRef }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "prove"; readonly evidence: PruneEvidence & { readonly live: KubeObject } }
  | { readonly kind: "park"; readonly parked: ParkedObject };

type Base = Omit<
  PruneEvidence,
  "ref" | "inventoryUid" | "unmarked" | "live" | "discovered" | "claimedBy" | "wantedBy" | "namedBy" | "absentForMs"
>;

const park = (evidence: PruneEvidence): Sorted => {
  const verdict = provePrune(evidence);
  const reason = verdict.kind === "unproven" ? verdict.reason : undefined;
  return reason === undefined
    ? { kind: "wait", ms: STUCK_LOOK_MS }
    : { kind: "park", parked: { ref: evidence.ref, reason } };
};

/**
 * An entry leaves without a delete when its object or its kind is gone, when it is another one, or another app's, or when
 * another entry that is desired has the same object (`held`, by uid): it was written by another group of its kind.
 */
const sort = (
  run: Run,
  { entry, live, discovered, claim, failure, ...candidate }: Candidate & { readonly unmarked: boolean },
  base: Base,
  held: ReadonlySet<string>,
): Sorted => {
  const { ref } = entry;
  if (isTakenOver(claim)) return { kind: "drop", ref };
  if (failure !== undefined) return { kind: "park", parked: { ref, reason: failure.reason } };
  const absentForMs = run.deps.clock.now().getTime() - (entry.absentSince?.getTime() ?? run.deps.clock.now().getTime());
  const uid =
    entry.uid === "" && live !== undefined && isOwnedBy(live, base.owner) ? (live.metadata.uid ?? "") : entry.uid;
  const { unmarked } = candidate;
  const seen = { ref, inventoryUid: uid, unmarked, live, discovered, claimedBy: claim?.app, absentForMs };
  const evidence = { ...base, ...seen, wantedBy: undefined, namedBy: undefined };
  const pendingMs = entry.uid === "" ? PENDING_MS - absentForMs : 0;
  if (candidate.kindGone) return pendingMs > 0 ? { kind: "wait", ms: pendingMs } : { kind: "drop", ref };
  if (!discovered) return park(evidence);
  // A pending entry whose create never arrived: what has the name, if anything, is not ours.
  if (live === undefined || uid === "") return pendingMs > 0 ? { kind: "wait", ms: pendingMs } : { kind: "drop", ref };
  if (live.metadata.uid !== uid || held.has(uid)) return { kind: "drop", ref };
  // What a mark keeps stays when its application goes: nobody waits for it.
  if (run.fact.removed && keptBy(live, true) !== undefined) return { kind: "drop", ref };
  return { kind: "prove", evidence: { ...evidence, live } };
};

/** Adds what only those need that could be deleted otherwise: it is asked of the whole cluster. */
const askOthers = async <T extends PruneEvidence>(
  run: Run,
  living: readonly T[],
  items: ReadonlyMap<string, InventoryItem>,
): Promise<readonly T[]> => {
  const refs = living.filter(isDeletable).map(({ ref }) => ref);
  const [wanted, named] = await Promise.all([wantedElsewhere(run, refs, items), namedBy(run, refs)]);
  return living.map((each) => {
    const key = formatRef(each.ref);
    return { ...each, wantedBy: wanted.get(key), namedBy: named.get(key) };
  });
};

/** Budget and Approval are about what would be deleted, whatever grace time is left. */
const isDeletable = (evidence: PruneEvidence): boolean =>
  provePrune({ ...evidence, approved: true, graceMs: 0 }).kind === "proven";

const laterLookMs = (ageMs: number): number => Math.min(STUCK_LOOK_LATEST_MS, Math.max(STUCK_LOOK_MS, ageMs / 2));

/** What ends by what others do: no message of this unit says so. */
const OTHERS_END: readonly PruneCondition["id"][] = [
  "prune.marks",
  "prune.unclaimed",
  "prune.not-elsewhere",
  "prune.not-named",
];

/** The longer a deletion lasts, the later it is looked at again: a claim stays as long as a pod uses it. */
const stuckLookMs = (live: KubeObject, now: Date): number => {
  const ageMs = now.getTime() - new Date(live.metadata.deletionTimestamp ?? now).getTime();
  return laterLookMs(ageMs);
};

const stuck = (ref: ObjectRef, live: KubeObject): ParkedObject => {
  const finalizers = live.metadata.finalizers ?? [];
  const held = finalizers.length > 0 ? `held by ${finalizers.join(", ")}` : "in its grace period";
  const message = `${describeRef(ref)} is being deleted, ${held}`;
  return {
    ref,
    reason: { code: "DeleteStuck", message, remedy: "see what keeps the finalizer; it is never removed by us" },
  };
};

type Living = PruneEvidence & { readonly live: KubeObject };

/** What goes first and is there still, or may be: it could not be read, is being deleted, or will be. */
const awaitedOf = (
  sorted: readonly Sorted[],
  judged: readonly { readonly evidence: Living; readonly verdict: PruneVerdict }[],
  dying: readonly Living[],
): readonly ObjectRef[] => [
  ...dying.flatMap(({ ref, live }) => (goesFirst(ref, live) ? [ref] : [])),
  ...judged.flatMap(({ evidence: { ref, live }, verdict }) =>
    verdict.kind === "unproven" && willGo(verdict.condition) && goesFirst(ref, live) ? [ref] : [],
  ),
  ...sorted.flatMap((each) => (each.kind === "park" && goesFirst(each.parked.ref, undefined) ? [each.parked.ref] : [])),
];

const refusesUnheard = (ref: ObjectRef, live: KubeObject, silent: ReadonlySet<string>): boolean =>
  isAdmission(ref) && admissionNames(live).some((name) => silent.has(name));

/** Deletes what left desired, each with every proof (invariants prune.*), all within the budget; the rest is kept and named. */
export const pruneUnit = async (
  run: Run,
  absent: readonly InventoryEntry[],
  desired: readonly ObjectRef[],
  items: readonly InventoryItem[],
): Promise<Pruned> => {
  if (absent.length === 0) return nothingPruned;
  const wanted = new Set(desired.map(storedKey));
  const { spec } = run.declared.app;
  const known = new Map(items.map((item) => [item.ref === undefined ? "" : formatRef(item.ref), item]));
  const leaving = new Set(absent.map(({ ref }) => formatRef(ref)));
  const held = new Set(items.flatMap(({ ref, uid }) => (ref && !leaving.has(formatRef(ref)) && uid ? [uid] : [])));
  const candidates = await Promise.all(
    absent.map(async (entry) => lookAtAbsent(run, entry, known.get(formatRef(entry.ref))?.apiVersion ?? "")),
  );
  const base = {
    owner: { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation },
    desired: wanted,
    render: { verified: true, empty: desired.length === 0 },
    allowEmpty: spec.prune.allowEmpty || run.fact.removed,
    applied: true,
    enabled: spec.prune.enabled || run.fact.removed,
    removed: run.fact.removed,
    deletions: 0,
    budget: budgetOf(run, items.length),
    approved: false,
    graceMs: spec.prune.graceSeconds * 1000,
  };
  const sorted = candidates.map((candidate) => {
    const unmarked = isUnmarked(known.get(formatRef(candidate.entry.ref)));
    return sort(run, { ...candidate, unmarked }, base, held);
  });
  const dropped = new Set(sorted.flatMap((each) => (each.kind === "drop" ? [formatRef(each.ref)] : [])));
  const dying = sorted.flatMap((each) =>
    each.kind === "prove" && each.evidence.live.metadata.deletionTimestamp !== undefined ? [each.evidence] : [],
  );
  const living = await askOthers(
    run,
    sorted.flatMap((each) =>
      each.kind === "prove" && each.evidence.live.metadata.deletionTimestamp === undefined ? [each.evidence] : [],
    ),
    known,
  );
  // What a generator made under another name since was replaced, not removed: it uses up no budget.
  const deletable = living.filter(isDeletable);
  const replaced = replacedByHash(
    deletable.map(({ ref }) => ref),
    desired,
  );
  const isReplaced = (ref: ObjectRef): boolean => replaced.has(formatRef(ref));
  const writes = deletable.map(({ ref, inventoryUid }) => ({ verb: "delete", ref, content: inventoryUid }) as const);
  // What needs no Approval is not named by it: it goes on its own time, and the digest stays what a human has read.
  const deletions = deletedInVersion(run) + writes.filter(({ ref }) => !isReplaced(ref)).length;
  const isOver = (ref: ObjectRef): boolean => deletions > base.budget && !isReplaced(ref);
  const asking = new Set(deletable.filter(needsApproval).map(({ ref }) => ref));
  const inNeed = writes.filter(({ ref }) => isOver(ref) || asking.has(ref));
  const whole = planDigest(run.fact.unit, writes);
  const digest = inNeed.length === 0 ? "" : planDigest(run.fact.unit, inNeed);
  const approved = isPlanApproved(run, { inNeed, all: writes });
  const judged = living.map((each) => {
    const evidence = { ...each, deletions: isReplaced(each.ref) ? 0 : deletions, approved };
    return { evidence, verdict: provePrune(evidence) };
  });
  const proven = judged.flatMap(({ evidence, verdict }) => (verdict.kind === "proven" ? [evidence] : []));
  const mismatch = approved ? undefined : aboutApprovals(run, digest);
  const parked: ParkedObject[] = judged.flatMap(({ evidence, verdict }) => {
    if (verdict.kind === "proven") return [];
    const asks = verdict.condition === "prune.budget" || verdict.condition === "prune.approved";
    const remedy = (asks ? mismatch : undefined) ?? verdict.reason.remedy;
    return [{ ref: evidence.ref, reason: { ...verdict.reason, remedy } }];
  });
  for (const each of sorted) if (each.kind === "park") parked.push(each.parked);
  for (const { ref, live } of dying) parked.push(stuck(ref, live));
  const graces = judged.flatMap(({ evidence, verdict }) =>
    verdict.kind === "unproven" && verdict.condition === "prune.grace" ? [evidence.graceMs - evidence.absentForMs] : [],
  );
  const waits = [
    ...sorted.flatMap((each) =>
      each.kind === "wait" ? [each.ms] : each.kind === "park" ? [STUCK_LOOK_LATEST_MS] : [],
    ),
    ...graces,
    ...judged.flatMap(({ evidence, verdict }) =>
      verdict.kind === "unproven" && OTHERS_END.includes(verdict.condition) ? [laterLookMs(evidence.absentForMs)] : [],
    ),
    ...dying.map(({ live }) => stuckLookMs(live, run.deps.clock.now())),
  ];
  // What an operator ends must be gone before the operator goes.
  const due = { planDigest: whole, approved, isReplaced };
  const first = proven.filter(({ ref, live }) => goesFirst(ref, live));
  const rest = proven.filter((each) => !first.includes(each));
  const before = await deleteRound(run, first, due);
  const awaited = [...awaitedOf(sorted, judged, dying), ...before.left];
  // A webhook whose server is gone keeps what goes first: it cannot wait for that.
  const free = rest.filter(({ ref, live }) => awaited.length === 0 || refusesUnheard(ref, live, before.silent));
  const leavingNow = [...living, ...dying].map(({ live }) => live);
  const ending = await endingElsewhere(
    run,
    free.map(({ live }) => live),
    leavingNow,
  );
  const neededBy = new Map(free.map((each) => [each, neededElsewhere(each.live, leavingNow, ending)]));
  const going = free.filter((each) => neededBy.get(each)?.length === 0);
  const after = await deleteRound(run, going, due);
  parked.push(...before.parked, ...after.parked);
  for (const each of rest)
    if (!free.includes(each)) parked.push({ ref: each.ref, reason: waitsForFirst(each.ref, awaited) });
  for (const [{ ref, absentForMs }, needed] of neededBy) {
    if (needed.length === 0) continue;
    parked.push({ ref, reason: waitsForElsewhere(ref, needed) });
    waits.push(laterLookMs(absentForMs));
  }
  for (const ref of [...before.gone, ...after.gone]) dropped.add(formatRef(ref));
  const overBudget = before.overBudget || after.overBudget;
  if (overBudget) waits.push(BUDGET_LOOK_MS);
  if (before.again || after.again) waits.push(STUCK_LOOK_MS);
  return {
    dropped,
    deleted: before.deleted + after.deleted,
    parked,
    planDigest: overBudget ? whole : approved ? "" : digest,
    lookAgainMs: waits.length === 0 ? undefined : Math.max(50, Math.min(...waits)),
    ledger: after.ledger ?? before.ledger,
  };
};
