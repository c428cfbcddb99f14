import { formatRef } from "@evenkeel/words";

import { digestOf, writesOf } from "./plan.ts";
import type { Step } from "./plan.ts";

/** An Approval as it is declared: a person agrees to a plan, until it ends. */
export interface DeclaredApproval {
  readonly name: string;
  readonly planDigest: string;
  readonly expiresAt: string;
}

/** A plan that an Approval named, and its writes: they may take more than one look. */
export interface ApprovedPlan {
  readonly digest: string;
  readonly writes: ReadonlySet<string>;
}

/** What is known about Approvals when a plan is judged. */
export interface ApprovalEvidence {
  readonly declared: readonly DeclaredApproval[];
  /** The last that was approved. */
  readonly before: ApprovedPlan | undefined;
  readonly now: Date;
}

type Unit = Parameters<typeof digestOf>[0];

/** Whether an Approval that has not expired names a plan. */
export const isApproved = (digest: string, { declared, now }: Omit<ApprovalEvidence, "before">): boolean =>
  declared.some(({ planDigest, expiresAt }) => planDigest === digest && new Date(expiresAt) > now);

const keysOf = (steps: readonly Step[]): readonly string[] =>
  writesOf(steps).map(({ verb, ref, content }) => `${verb} ${formatRef(ref)} ${content}`);

/**
 * The plan by which an Approval allows these deletions: those in need of one, or all of them; or a plan that they are what is
 * left of, for what goes first is gone from the plan when the rest is due. Undefined: none does.
 */
export const approvedPlanOf = (
  unit: Unit,
  { inNeed, all }: { readonly inNeed: readonly Step[]; readonly all: readonly Step[] },
  evidence: ApprovalEvidence,
): ApprovedPlan | undefined => {
  if (all.length === 0) return undefined;
  for (const steps of [inNeed, all]) {
    if (steps.length === 0) continue;
    const digest = digestOf(unit, steps);
    if (isApproved(digest, evidence)) return { digest, writes: new Set(keysOf(steps)) };
  }
  const { before } = evidence;
  if (before === undefined || inNeed.length === 0 || !isApproved(before.digest, evidence)) return undefined;
  return keysOf(inNeed).every((key) => before.writes.has(key)) ? before : undefined;
};

/** What keeps the declared Approvals from allowing a plan: said in place of asking for one. */
export const aboutApprovals = (declared: readonly DeclaredApproval[], digest: string): string | undefined => {
  const [first] = declared.toSorted((a, b) => (a.expiresAt < b.expiresAt ? 1 : -1));
  if (first === undefined) return undefined;
  return first.planDigest === digest
    ? `Approval ${first.name} ended at ${first.expiresAt}: declare when it ends anew`
    : `Approval ${first.name} names another plan, ${first.planDigest.slice(0, 19)}...: read this one and name it`;
};
