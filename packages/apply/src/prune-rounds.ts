import type { ObjectRef } from "@evenkeel/words";

import { neededElsewhere, waitsForElsewhere } from "./ended-by.ts";
import type { EndingElsewhere } from "./ended-by.ts";
import { goesFirst, waitsForFirst } from "./goes-first.ts";
import { admissionNames, isAdmission } from "./loosens-admission.ts";
import { deleteOrder, laterLookMs } from "./plan-prune.ts";
import type { PrunePlan, PruneStep } from "./plan-prune.ts";
import type { Plan } from "./plan.ts";

/** A part of a plan, under the plan's digest. */
const partOf = (plan: PrunePlan, steps: readonly PruneStep[]): Plan<PruneStep> => ({
  steps,
  order: deleteOrder(steps),
  refused: [],
  parked: [],
  digest: plan.digest,
});

const isFirst = ({ ref, object }: PruneStep): boolean => goesFirst(ref, object);

/** What an operator ends must be gone before the operator goes. */
export const firstOf = (plan: PrunePlan): Plan<PruneStep> => partOf(plan, plan.steps.filter(isFirst));

/** What the deletions that go first came to: what of them is left, and webhooks that did not answer. */
export interface FirstRound {
  readonly left: readonly ObjectRef[];
  readonly silent: ReadonlySet<string>;
}

/** What comes after those that go first; what waits for them is parked. */
export const restOf = (plan: PrunePlan, { left, silent }: FirstRound): Plan<PruneStep> => {
  const rest = plan.steps.filter((step) => !isFirst(step));
  const awaited = [...plan.awaited, ...left];
  // A webhook whose server is gone keeps what goes first: it cannot wait for that.
  const isFree = ({ ref, object }: PruneStep): boolean =>
    awaited.length === 0 || (isAdmission(ref) && admissionNames(object).some((name) => silent.has(name)));
  return {
    ...partOf(plan, rest.filter(isFree)),
    parked: rest.filter((step) => !isFree(step)).map(({ ref }) => ({ ref, reason: waitsForFirst(ref, awaited) })),
  };
};

/** The same without what objects of other units need to end, which is parked; `waits`: when to look at that again, in ms. */
export const withoutNeeded = (
  plan: PrunePlan,
  rest: Plan<PruneStep>,
  ending: readonly EndingElsewhere[],
): Plan<PruneStep> & { readonly waits: readonly number[] } => {
  const needed = new Map(rest.steps.map((step) => [step, neededElsewhere(step.object, plan.leaving, ending)]));
  const isNeeded = (step: PruneStep): boolean => (needed.get(step) ?? []).length > 0;
  const kept = rest.steps.filter(isNeeded);
  return {
    ...partOf(
      plan,
      rest.steps.filter((step) => !isNeeded(step)),
    ),
    parked: [
      ...rest.parked,
      ...kept.map((step) => ({ ref: step.ref, reason: waitsForElsewhere(step.ref, needed.get(step) ?? []) })),
    ],
    waits: kept.map(({ absentForMs }) => laterLookMs(absentForMs)),
  };
};
