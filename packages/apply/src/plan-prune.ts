import type { KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { aboutApprovals, approvedPlanOf } from "./approvals.ts";
import type { ApprovalEvidence, ApprovedPlan } from "./approvals.ts";
import { goesFirst, willGo } from "./goes-first.ts";
import { replacedByHash } from "./hashed-name.ts";
import { orderObjects, reverseOrder } from "./order.ts";
import type { Order } from "./order.ts";
import { digestOf } from "./plan.ts";
import type { Plan, Refusal, Step } from "./plan.ts";
import { needsApproval, decidePrune } from "./prune-proof.ts";
import type { PruneCondition, PruneDecision } from "./prune-proof.ts";
import { isDeletable, isDying, SOON_MS } from "./sort-absent.ts";
import type { LivingEvidence, SortedAbsent } from "./sort-absent.ts";

/** What does not change by itself is looked at again at the latest after so long. */
const LATEST_MS = 60_000;

/** What ends by what others do: no message of this unit says so. */
const OTHERS_END: readonly PruneCondition["id"][] = [
  "prune.marks",
  "prune.unclaimed",
  "prune.not-elsewhere",
  "prune.not-named",
];

/** All that is known before the first delete. */
export interface PruneQuestion {
  readonly unit: { readonly cluster: string; readonly appUid: string };
  readonly sorted: readonly SortedAbsent[];
  /** Why other units may want what could be deleted, and what is live and names it; by formatRef. */
  readonly wantedBy: ReadonlyMap<string, string>;
  readonly namedBy: ReadonlyMap<string, string>;
  /** Refs of the newest desired. */
  readonly desired: readonly ObjectRef[];
  /** Deletions that this version has used up, and how many it may make. */
  readonly deleted: number;
  readonly budget: number;
  readonly approvals: ApprovalEvidence;
}

/** One object that is proved to be ours to delete. */
export interface PruneStep extends Step {
  /** A generator made it anew under another name: it was replaced, not removed, and uses up no budget. */
  readonly isReplaced: boolean;
  /** A person has to agree, whatever the budget. */
  readonly needsApproval: boolean;
  readonly absentForMs: number;
}

/** What may be deleted, with every proof (invariants prune.*); the rest is kept and named. Its digest names all deletions. */
export interface PrunePlan extends Plan<PruneStep> {
  /** They leave the inventory without a delete. */
  readonly dropped: readonly ObjectRef[];
  /** What goes first and is there still, or may be: it could not be read, is being deleted, or will be. */
  readonly awaited: readonly ObjectRef[];
  /** All that leaves and is live. */
  readonly leaving: readonly KubeObject[];
  readonly approved: ApprovedPlan | undefined;
  /** What an Approval has to name: the deletions that need one. Empty if none does. */
  readonly digestInNeed: string;
  /** When to look again, each in ms from now. */
  readonly waits: readonly number[];
}

interface Judged {
  readonly evidence: LivingEvidence;
  readonly decision: PruneDecision;
}

/** The longer it lasts, the later it is looked at again. */
export const laterLookMs = (ageMs: number): number => Math.min(LATEST_MS, Math.max(SOON_MS, ageMs / 2));

const stuck = ({ ref, live }: LivingEvidence): Refusal => {
  const finalizers = live.metadata.finalizers ?? [];
  const held = finalizers.length > 0 ? `held by ${finalizers.join(", ")}` : "in its grace period";
  const message = `${describeRef(ref)} is being deleted, ${held}`;
  return {
    ref,
    reason: { code: "DeleteStuck", message, remedy: "see what keeps the finalizer; it is never removed by us" },
  };
};

const stepOf = ({ ref, live, inventoryUid, removed, absentForMs }: LivingEvidence): PruneStep => ({
  verb: "delete",
  ref,
  object: live,
  digest: "",
  uid: inventoryUid,
  force: false,
  isReplaced: false,
  needsApproval: needsApproval({ ref, live, ...(removed === undefined ? {} : { removed }) }),
  absentForMs,
});

const awaitedOf = (
  sorted: readonly SortedAbsent[],
  judged: readonly Judged[],
  dying: readonly LivingEvidence[],
): readonly ObjectRef[] => [
  ...dying.flatMap(({ ref, live }) => (goesFirst(ref, live) ? [ref] : [])),
  ...judged.flatMap(({ evidence: { ref, live }, decision }) =>
    decision.kind === "unproven" && willGo(decision.condition) && goesFirst(ref, live) ? [ref] : [],
  ),
  ...sorted.flatMap((each) => (each.kind === "park" && goesFirst(each.ref, undefined) ? [each.ref] : [])),
];

const waitsOf = (
  sorted: readonly SortedAbsent[],
  judged: readonly Judged[],
  dying: readonly LivingEvidence[],
  now: Date,
): readonly number[] => [
  ...sorted.flatMap((each) => (each.kind === "wait" ? [each.ms] : each.kind === "park" ? [LATEST_MS] : [])),
  ...judged.flatMap(({ evidence, decision }) => {
    if (decision.kind === "proven") return [];
    if (decision.condition === "prune.grace") return [evidence.graceMs - evidence.absentForMs];
    return OTHERS_END.includes(decision.condition) ? [laterLookMs(evidence.absentForMs)] : [];
  }),
  // A claim stays as long as a pod uses it.
  ...dying.map(({ live }) => laterLookMs(now.getTime() - new Date(live.metadata.deletionTimestamp ?? now).getTime())),
];

/** In the reverse of the order in which they were made. */
export const deleteOrder = (steps: readonly Step[]): Order =>
  reverseOrder(orderObjects(steps.map(({ object }) => object)));

/** Decides what of all that left desired may be deleted, all of it within the budget or by an Approval. */
export const planPrune = (question: PruneQuestion): PrunePlan => {
  const { unit, sorted, desired, budget, approvals } = question;
  const there = sorted.flatMap((each) => (each.kind === "prove" ? [each.evidence] : []));
  const dying = there.filter(isDying);
  const living = there
    .filter((each) => !isDying(each))
    .map((each) => {
      const key = formatRef(each.ref);
      return { ...each, wantedBy: question.wantedBy.get(key), namedBy: question.namedBy.get(key) };
    });
  const deletable = living.filter(isDeletable).map(stepOf);
  const replaced = replacedByHash(
    deletable.map(({ ref }) => ref),
    desired,
  );
  const isReplaced = (ref: ObjectRef): boolean => replaced.has(formatRef(ref));
  const deletions = question.deleted + deletable.filter(({ ref }) => !isReplaced(ref)).length;
  // What needs no Approval is not named by it: it goes on its own time, and the digest stays what a human has read.
  const inNeed = deletable.filter((step) => step.needsApproval || (deletions > budget && !isReplaced(step.ref)));
  const digestInNeed = inNeed.length === 0 ? "" : digestOf(unit, inNeed);
  const approved = approvedPlanOf(unit, { inNeed, all: deletable }, approvals);
  const mismatch = approved === undefined ? aboutApprovals(approvals.declared, digestInNeed) : undefined;
  const judged = living.map((each): Judged => {
    const used = isReplaced(each.ref) ? 0 : deletions;
    const evidence = { ...each, deletions: used, approved: approved !== undefined };
    return { evidence, decision: decidePrune(evidence) };
  });
  const steps = judged.flatMap(({ evidence, decision }) =>
    decision.kind === "proven" ? [{ ...stepOf(evidence), isReplaced: isReplaced(evidence.ref) }] : [],
  );
  const unproven = judged.flatMap(({ evidence: { ref }, decision }): readonly Refusal[] => {
    if (decision.kind === "proven") return [];
    const asks = decision.condition === "prune.budget" || decision.condition === "prune.approved";
    const remedy = (asks ? mismatch : undefined) ?? decision.reason.remedy;
    return [{ ref, reason: { ...decision.reason, remedy } }];
  });
  return {
    steps,
    order: deleteOrder(steps),
    refused: [],
    parked: [
      ...unproven,
      ...sorted.flatMap((each) => (each.kind === "park" ? [{ ref: each.ref, reason: each.reason }] : [])),
      ...dying.map(stuck),
    ],
    digest: digestOf(unit, deletable),
    dropped: sorted.flatMap((each) => (each.kind === "drop" ? [each.ref] : [])),
    awaited: awaitedOf(sorted, judged, dying),
    leaving: [...living, ...dying].map(({ live }) => live),
    approved,
    digestInNeed: approved === undefined ? digestInNeed : "",
    waits: waitsOf(sorted, judged, dying, approvals.now),
  };
};
