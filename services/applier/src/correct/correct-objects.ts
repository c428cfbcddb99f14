import type { Refusal, Step } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { DriftDetected, InventoryItem } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { AFTER_STOP_MS } from "../run/carry-out.ts";
import type { StepResult } from "../run/carry-out.ts";
import { execute } from "../execute.ts";
import type { Executed } from "../execute.ts";
import { unitKey } from "../partition/partition.ts";
import type { DriftPlan, Found } from "./plan-drift.ts";
import { keyOfItem } from "../plan/inventories.ts";
import { writtenItems } from "../plan/run-inventory.ts";
import { takenOf } from "../write/write-object.ts";
import type { Written } from "../write/write-object.ts";
import { writeStep } from "../write/write-step.ts";

const wordOf = (results: readonly StepResult<Written>[]): string => {
  if (results.some(({ kind }) => kind === "failed")) return ApplyResult.FAILED;
  const isWhole = results.every(({ kind }) => kind === "done");
  return isWhole ? ApplyResult.CORRECTED : ApplyResult.SUPERSEDED;
};

/** The records of what was written go into the inventory; where nothing was, nothing changes there. */
const saveWritten = async ({ partition, fact, inventory }: Run, results: readonly StepResult<Written>[]) => {
  const written = writtenItems(results);
  const stored = inventory.value;
  if (stored === undefined || written.size === 0) return inventory;
  const items = stored.items.map((item): InventoryItem => written.get(keyOfItem(item)) ?? item);
  // What was stored without our marks is applied again by a look of its own.
  const complete = stored.complete && !results.some(isStoredAmiss);
  return partition.inventories.save(fact.unit, { ...stored, complete, items });
};

/** It was written, and is not known as ours. */
const isStoredAmiss = (result: StepResult<Written>): boolean => result.kind === "failed" && result.stored !== undefined;

/** What was stored without our marks is applied anew, so soon. */
const AMISS_MS = 1_000;

/** After a failure the rest is tried by itself, so soon. */
const REST_MS = 100;

/** What correcting came to. */
export interface Corrected {
  readonly corrected: readonly Found[];
  readonly failed: readonly Refusal[];
  readonly notTried: number;
  /** When to try the rest again, each in ms. */
  readonly pauses: readonly number[];
  /** Undefined where nothing was due. */
  readonly executed: Executed<Written> | undefined;
}

/** Writes corrections; intent and outcome name what each of them answers. */
const writeDue = async (run: Run, plan: DriftPlan, { traceId }: DriftDetected): Promise<Executed<Written>> => {
  const { pace } = run.partition;
  const drift = new Map(
    plan.due.flatMap(({ ref, finding, what }) =>
      finding === undefined ? [] : [[formatRef(ref), { ...finding, rounds: pace.rounds(what) + 1 }] as const],
    ),
  );
  return execute<Step, Written>(run, plan, {
    atOnce: plan.steps.length,
    step: (step) => writeStep(run, step, async () => plan.desired),
    takenOf,
    word: wordOf,
    save: (results) => saveWritten(run, results),
    answers: { traceId, drift },
  });
};

/** Puts back what is due, and keeps when the rest may be tried again. */
export const correctObjects = async (run: Run, plan: DriftPlan, fact: DriftDetected): Promise<Corrected> => {
  const { later, pace } = run.partition;
  const pauses = plan.foreign.map(({ what }) => pace.failed(what));
  const executed = plan.due.length > 0 ? await writeDue(run, plan, fact) : undefined;
  const { results = [] } = executed ?? {};
  const failed: Refusal[] = [];
  const corrected: Found[] = [];
  plan.due.forEach((each, index) => {
    const result = results[index];
    if (result?.kind === "done") {
      pace.corrected(each.what);
      corrected.push(each);
    } else if (result?.kind === "failed") {
      pauses.push(pace.failed(each.what));
      failed.push({ ref: each.ref, reason: result.reason });
    }
  });
  if (results.some(isStoredAmiss)) later.set(unitKey(run.fact.unit), AMISS_MS);
  const notTried = plan.due.length - corrected.length - failed.length;
  // One that fails must not hold up the others: they are tried while it pauses. Where none has failed, a stop held them up.
  if (notTried > 0) pauses.push(failed.length > 0 ? REST_MS : AFTER_STOP_MS);
  return { corrected, failed, notTried, pauses, executed };
};
