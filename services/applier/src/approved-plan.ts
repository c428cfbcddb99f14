import { planDigest } from "@evenkeel/apply";
import type { PlannedWrite } from "@evenkeel/apply";
import { formatRef } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { unitKey } from "./held-partition.ts";
import { isApproved } from "./prune-budgets.ts";

const keyOf = ({ verb, ref, content }: PlannedWrite): string => `${verb} ${formatRef(ref)} ${content}`;

/**
 * Whether an Approval names these deletions: those in need of one, or all of them; or a plan that they are what is left of,
 * for what goes first is gone from the plan when the rest is due.
 */
export const isPlanApproved = (
  run: Run,
  { inNeed, all }: { readonly inNeed: readonly PlannedWrite[]; readonly all: readonly PlannedWrite[] },
): boolean => {
  if (all.length === 0) return false;
  const { approvedPlans } = run.held;
  const key = unitKey(run.fact.unit);
  for (const writes of [inNeed, all]) {
    if (writes.length === 0) continue;
    const digest = planDigest(run.fact.unit, writes);
    if (!isApproved(run, digest)) continue;
    approvedPlans.set(key, { digest, writes: new Set(writes.map(keyOf)) });
    return true;
  }
  const before = approvedPlans.get(key);
  if (before === undefined || inNeed.length === 0 || !isApproved(run, before.digest)) return false;
  return inNeed.every((write) => before.writes.has(keyOf(write)));
};
