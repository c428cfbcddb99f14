import {
  isOwnedBy,
  isProtectedKind,
  orderObjects,
  planDigest,
  provePrune,
  pruneBudget,
  reverseOrder,
} from "@evenkeel/apply";
import type { InventoryEntry, PlannedWrite, PruneEvidence } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import { describeRef, formatRef, splitApiVersion } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import type { ParkedObject } from "./applied-fact.ts";
import { aboutApprovals } from "./approvals.ts";
import { carryOut } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import { resultsOf } from "./core/step-words.ts";
import { deleteObject } from "./delete-object.ts";
import type { Deleted } from "./delete-object.ts";
import { failureOf } from "./guard.ts";
import { deletedInVersion, isApproved, spendDeletions } from "./prune-budgets.ts";
import { withIntent } from "./with-intent.ts";

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

const GONE_WITHIN_MS = 200;
const AT_ONCE = 8;
const STUCK_LOOK_MS = 2_000;
const STUCK_LOOK_LATEST_MS = 60_000;
const BUDGET_LOOK_MS = 60_000;
/** A create of an owner that crashed may still arrive for so long. */
const PENDING_MS = 35_000;

/** One entry with what is live under its name. */
interface Candidate {
  readonly entry: InventoryEntry;
  readonly live: KubeObject | undefined;
  readonly discovered: boolean;
  readonly claimedBy: string | undefined;
}

const look = async (run: Run, entry: InventoryEntry, apiVersion: string): Promise<Candidate> => {
  const { ref } = entry;
  const { group } = splitApiVersion(apiVersion);
  const discovered =
    run.kube.discovery.resolve(group, ref.kind) !== undefined && !run.kube.discovery.partialGroups.has(group);
  const claimedBy = await run.deps.claims.heldByOther(run.fact.unit, ref, run.signal);
  if (!discovered) return { entry, live: undefined, discovered, claimedBy };
  const live = await run.kube.getObject(ref, {}, run.signal);
  return { entry, live, discovered, claimedBy };
};

type Sorted =
  | { readonly kind: "drop"; readonly ref: ObjectRef }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "prove"; readonly evidence: PruneEvidence & { readonly live: KubeObject } }
  | { readonly kind: "park"; readonly evidence: PruneEvidence };

/** An entry leaves without a delete when its object is gone, another one, or another app's. */
const sort = (
  run: Run,
  candidate: Candidate,
  base: Omit<PruneEvidence, "ref" | "inventoryUid" | "live" | "discovered" | "claimedBy" | "absentForMs">,
): Sorted => {
  const { entry, live, discovered, claimedBy } = candidate;
  const absentForMs = run.deps.clock.now().getTime() - (entry.absentSince?.getTime() ?? run.deps.clock.now().getTime());
  const uid =
    entry.uid === "" && live !== undefined && isOwnedBy(live, base.owner) ? (live.metadata.uid ?? "") : entry.uid;
  const evidence = { ...base, ref: entry.ref, inventoryUid: uid, live, discovered, claimedBy, absentForMs };
  if (!discovered) return { kind: "park", evidence };
  if (claimedBy !== undefined) return { kind: "drop", ref: entry.ref };
  if (live === undefined) {
    const wait = entry.uid === "" ? PENDING_MS - absentForMs : 0;
    return wait > 0 ? { kind: "wait", ms: wait } : { kind: "drop", ref: entry.ref };
  }
  if (uid !== "" && live.metadata.uid !== uid) return { kind: "drop", ref: entry.ref };
  return { kind: "prove", evidence: { ...evidence, live } };
};

const deleteAll = async (
  run: Run,
  targets: readonly KubeObject[],
  writes: readonly PlannedWrite[],
  digest: string,
): Promise<{ readonly results: readonly StepResult<Deleted>[]; readonly ledger: bigint }> => {
  const { fact, held } = run;
  const record = {
    run: held.nextRun(),
    unit: fact.unit,
    version: fact.version,
    digest: fact.digest,
    planDigest: digest,
    revision: fact.revision,
    traceId: fact.traceId,
    writes,
  };
  const { value, ledger } = await withIntent(run, record, undefined, async () => {
    const results = await carryOut(reverseOrder(orderObjects(targets)), AT_ONCE, async (index) => {
      const live = targets[index];
      return live === undefined
        ? { kind: "not-tried" as const }
        : deleteObject(run, live, "Background", GONE_WITHIN_MS);
    });
    return { value: results, results: resultsOf(results), word: "prune", inventoryRevision: 0 };
  });
  return { results: value, ledger };
};

/** The longer a deletion lasts, the later it is looked at again: a claim stays as long as a pod uses it. */
const stuckLookMs = (live: KubeObject, now: Date): number => {
  const ageMs = now.getTime() - new Date(live.metadata.deletionTimestamp ?? now).getTime();
  return Math.min(STUCK_LOOK_LATEST_MS, Math.max(STUCK_LOOK_MS, ageMs / 2));
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

/** Deletes what left desired, each with every proof of safety.md I5, all within the budget; the rest is kept and named. */
export const pruneUnit = async (
  run: Run,
  absent: readonly InventoryEntry[],
  desired: ReadonlySet<string>,
  items: readonly InventoryItem[],
): Promise<Pruned> => {
  if (absent.length === 0) return nothingPruned;
  const { spec } = run.declared.app;
  const versions = new Map(items.map((item) => [item.ref === undefined ? "" : formatRef(item.ref), item.apiVersion]));
  let candidates: readonly Candidate[];
  try {
    candidates = await Promise.all(absent.map((entry) => look(run, entry, versions.get(formatRef(entry.ref)) ?? "")));
  } catch (error) {
    if (!isApiError(error)) throw error;
    const parked = absent.map(({ ref }) => ({ ref, reason: failureOf(ref, error, "read").reason }));
    return { ...nothingPruned, parked, lookAgainMs: STUCK_LOOK_MS };
  }
  const base = {
    owner: { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation },
    desired,
    render: { verified: true, empty: desired.size === 0 },
    allowEmpty: spec.prune.allowEmpty || run.fact.removed,
    applied: true,
    enabled: spec.prune.enabled || run.fact.removed,
    deletions: 0,
    budget: pruneBudget(items.length),
    approved: false,
    graceMs: spec.prune.graceSeconds * 1000,
  };
  const sorted = candidates.map((candidate) => sort(run, candidate, base));
  const dropped = new Set(sorted.flatMap((each) => (each.kind === "drop" ? [formatRef(each.ref)] : [])));
  const dying = sorted.flatMap((each) =>
    each.kind === "prove" && each.evidence.live.metadata.deletionTimestamp !== undefined ? [each.evidence] : [],
  );
  const living = sorted.flatMap((each) =>
    each.kind === "prove" && each.evidence.live.metadata.deletionTimestamp === undefined ? [each.evidence] : [],
  );
  // Budget and Approval are about what would be deleted, whatever grace time is left.
  const deletable = living.filter((each) => provePrune({ ...each, approved: true, graceMs: 0 }).kind === "proven");
  const writes = deletable.map(({ ref, inventoryUid }) => ({ verb: "delete", ref, content: inventoryUid }) as const);
  // What needs no Approval is not named by it: it goes on its own time, and the digest stays what a human has read.
  const deletions = deletedInVersion(run) + writes.length;
  const inNeed = writes.filter(({ ref }) => deletions > base.budget || isProtectedKind(ref));
  const whole = planDigest(run.fact.unit, writes);
  const digest = inNeed.length === 0 ? "" : planDigest(run.fact.unit, inNeed);
  const approved = writes.length > 0 && (isApproved(run, digest) || isApproved(run, whole));
  const judged = living.map((each) => {
    const evidence = { ...each, deletions, approved };
    return { evidence, verdict: provePrune(evidence) };
  });
  const proven = judged.flatMap(({ evidence, verdict }) => (verdict.kind === "proven" ? [evidence] : []));
  const mismatch = approved ? undefined : aboutApprovals(run, digest);
  const parked: ParkedObject[] = judged.flatMap(({ evidence, verdict }) => {
    if (verdict.kind === "proven") return [];
    const asks = verdict.condition === "i" || verdict.condition === "kind";
    const remedy = (asks ? mismatch : undefined) ?? verdict.reason.remedy;
    return [{ ref: evidence.ref, reason: { ...verdict.reason, remedy } }];
  });
  for (const each of sorted) {
    if (each.kind !== "park") continue;
    const verdict = provePrune(each.evidence);
    if (verdict.kind === "unproven") parked.push({ ref: each.evidence.ref, reason: verdict.reason });
  }
  for (const { ref, live } of dying) parked.push(stuck(ref, live));
  const graces = judged.flatMap(({ evidence, verdict }) =>
    verdict.kind === "unproven" && verdict.condition === "j" ? [evidence.graceMs - evidence.absentForMs] : [],
  );
  const waits = [
    ...sorted.flatMap((each) => (each.kind === "wait" ? [each.ms] : [])),
    ...graces,
    ...dying.map(({ live }) => stuckLookMs(live, run.deps.clock.now())),
  ];
  let deleted = 0;
  let ledger: bigint | undefined;
  const overBudget = proven.length === 0 ? undefined : await spendDeletions(run, proven.length, approved);
  if (overBudget !== undefined) {
    for (const { ref } of proven) parked.push({ ref, reason: overBudget });
    waits.push(BUDGET_LOOK_MS);
  } else if (proven.length > 0) {
    const targets = proven.map(({ live }) => live);
    const done = await deleteAll(
      run,
      targets,
      writes.filter(({ ref }) => proven.some((each) => each.ref === ref)),
      whole,
    );
    ledger = done.ledger;
    done.results.forEach((result, index) => {
      const evidence = proven[index];
      if (evidence === undefined) return;
      if (result.kind === "done") deleted += 1;
      if (result.kind === "done" && result.value === "gone") dropped.add(formatRef(evidence.ref));
      else if (result.kind === "failed") parked.push({ ref: evidence.ref, reason: result.reason });
      else waits.push(STUCK_LOOK_MS);
      if (result.kind === "failed" && result.again) waits.push(STUCK_LOOK_MS);
    });
  }
  return {
    dropped,
    deleted,
    parked,
    planDigest: overBudget !== undefined ? whole : approved ? "" : digest,
    lookAgainMs: waits.length === 0 ? undefined : Math.max(50, Math.min(...waits)),
    ledger,
  };
};
