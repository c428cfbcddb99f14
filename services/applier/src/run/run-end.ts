import type { ApplyPlan, Step } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { ObjectProblem } from "@evenkeel/contracts";

import type { Run } from "./admit.ts";
import type { RunReport } from "./applied-fact.ts";
import type { Applied } from "../write/apply-plan.ts";
import { AFTER_STOP_MS } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import type { KeptObject } from "../plan/kept-fields.ts";
import type { Pruned } from "../prune/prune-unit.ts";
import type { Written } from "../write/write-object.ts";

/** The API server has taken notice by then that a webhook or policy is gone. */
const AFTER_REFUSING_MS = 1_000;

/** What a run came to. */
export interface RunEnd {
  readonly report: Omit<RunReport, "startedAt" | "epoch" | "cause">;
  /** A look is due in so many ms; "retry": as often as it has failed says. */
  readonly lookAgain: number | "retry" | undefined;
  /** It is the end of an earlier run over again, or no end at all. */
  readonly unreported?: boolean;
  /** It made a Namespace or a CustomResourceDefinition, or an object changed hands: others may wait for that. */
  readonly opened?: boolean;
  /** Of each object that was written: what has left Git and stays, if anything. */
  readonly kept?: readonly KeptObject[];
}

export const resultOf = (run: Run, results: readonly StepResult<Written>[], wrote: boolean): ApplyResult => {
  if (results.some(({ kind }) => kind === "failed")) return ApplyResult.FAILED;
  if (results.some(({ kind }) => kind !== "done")) return ApplyResult.SUPERSEDED;
  if (run.fact.removed) return ApplyResult.REMOVED;
  return wrote ? ApplyResult.APPLIED : ApplyResult.UNCHANGED;
};

/** Stopped though nothing newer is there: our own process stood still, or the cluster became another. */
export const isCutShort = ({ signal }: Run, results: readonly StepResult<Written>[]): boolean =>
  !signal.aborted && results.some(({ kind }) => kind === "stopped");

const counted = (objects: readonly Step[], results: readonly StepResult<Written>[]) => {
  const counts = { created: 0, updated: 0, unchanged: 0, notTried: 0 };
  objects.forEach(({ verb }, index) => {
    const result = results[index];
    if (result?.kind === "stopped" || result?.kind === "not-tried" || result === undefined) counts.notTried += 1;
    else if (result.kind === "done") {
      if (verb === "unchanged") counts.unchanged += 1;
      else if (result.value.created) counts.created += 1;
      else counts.updated += 1;
    }
  });
  return counts;
};

const failuresOf = (plan: ApplyPlan, results: readonly StepResult<Written>[]) =>
  results.flatMap((result, index) => {
    const ref = plan.steps[index]?.ref;
    return result.kind === "failed" && ref !== undefined ? [{ ref, reason: result.reason, again: result.again }] : [];
  });

const keptOf = (plan: ApplyPlan, results: readonly StepResult<Written>[]): readonly KeptObject[] =>
  results.flatMap((result, index) => {
    const object = plan.steps[index];
    return object === undefined || object.verb === "unchanged" || result.kind !== "done"
      ? []
      : [{ ref: object.ref, fields: result.value.kept ?? [] }];
  });

/** What refused the plan is gone: at once. Else as often as it failed says, or when pruning has something left. */
const lookAgainOf = (failed: readonly { readonly again: boolean }[], pruned: Pruned): RunEnd["lookAgain"] => {
  if (failed.length === 0) return pruned.lookAgainMs;
  if (pruned.deleted > 0) return AFTER_REFUSING_MS;
  return failed.some(({ again }) => again) ? "retry" : undefined;
};

/** The end of a run that carried out its plan. */
export const endOfPlan = (run: Run, plan: ApplyPlan, { results, stored, ledger }: Applied, pruned: Pruned): RunEnd => {
  const failed = failuresOf(plan, results);
  const cutShort = isCutShort(run, results);
  const wrote = plan.steps.some(({ verb }) => verb !== "unchanged") || pruned.deleted > 0;
  return {
    report: {
      result: resultOf(run, results, wrote),
      reason: failed[0]?.reason,
      counts: { ...counted(plan.steps, results), deleted: pruned.deleted },
      failed: failed.map(({ ref, reason }): ObjectProblem => ({ ref, reason })),
      parked: pruned.parked,
      planDigest: pruned.parked.length === 0 ? plan.digest : pruned.planDigest,
      inventoryRevision: stored.revision,
      ledger: pruned.ledger ?? ledger,
    },
    lookAgain: cutShort ? AFTER_STOP_MS : lookAgainOf(failed, pruned),
    unreported: cutShort && failed.length === 0,
    kept: keptOf(plan, results),
  };
};
