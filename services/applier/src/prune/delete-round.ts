import type { Plan, PruneStep } from "@evenkeel/apply";
import { refOf } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { ParkedObject } from "../run/applied-fact.ts";
import type { Deleted } from "./delete-object.ts";
import { deleteOurs } from "./delete-ours.ts";
import { execute } from "../execute.ts";
import { giveBackDeletions, spendDeletions } from "./prune-budgets.ts";

/** What a round came to. */
export interface Round {
  readonly gone: readonly ObjectRef[];
  readonly left: readonly ObjectRef[];
  readonly deleted: number;
  readonly parked: readonly ParkedObject[];
  /** Some of it is to be looked at again soon. */
  readonly again: boolean;
  readonly overBudget: boolean;
  /** Webhooks that did not answer when they were asked. */
  readonly silent: ReadonlySet<string>;
  readonly ledger: bigint | undefined;
}

export const noRound: Round = {
  gone: [],
  left: [],
  deleted: 0,
  parked: [],
  again: false,
  overBudget: false,
  silent: new Set(),
  ledger: undefined,
};

const AT_ONCE = 8;

/** Answers that say for sure that nothing was deleted: a policy that goes later must not find the budget used up. */
const REFUSED: readonly string[] = ["PruneDenied", "Forbidden", "OwnershipConflict"];

/** Deletes objects within the budgets, which are used up before and given back for what was refused. */
export const deleteRound = async (run: Run, plan: Plan<PruneStep>, approved: boolean): Promise<Round> => {
  const { steps } = plan;
  if (steps.length === 0) return noRound;
  const refs = steps.map(({ ref }) => ref);
  const spent = steps.filter(({ isReplaced }) => !isReplaced).length;
  const over = spent === 0 ? undefined : await spendDeletions(run, spent, approved);
  if (over !== undefined)
    return { ...noRound, left: refs, parked: refs.map((ref) => ({ ref, reason: over })), overBudget: true };
  const { results, ledger } = await execute<PruneStep, Deleted>(run, plan, {
    atOnce: AT_ONCE,
    step: ({ object }) => deleteOurs(run, refOf(object), object),
    word: () => "prune",
  });
  const ended = steps.flatMap(({ ref, isReplaced }, index) => {
    const result = results[index];
    return result === undefined ? [] : [{ ref, isReplaced, result }];
  });
  const failed = ended.flatMap(({ result, ...step }) => (result.kind === "failed" ? [{ ...step, ...result }] : []));
  const refused = failed.filter(({ isReplaced, reason }) => !isReplaced && REFUSED.includes(reason.code));
  await giveBackDeletions(run, refused.length);
  const gone = ended.flatMap(({ ref, result }) => (result.kind === "done" && result.value === "gone" ? [ref] : []));
  const keys = new Set(gone.map(formatRef));
  return {
    gone,
    left: refs.filter((ref) => !keys.has(formatRef(ref))),
    deleted: ended.filter(({ result }) => result.kind === "done").length,
    parked: failed.map(({ ref, reason }) => ({ ref, reason })),
    again: gone.length + failed.filter(({ again }) => !again).length < refs.length,
    overBudget: false,
    silent: new Set(failed.flatMap(({ reason, refusedBy = [] }) => (reason.code === "PruneDenied" ? [] : refusedBy))),
    ledger,
  };
};
