import type { DesiredObject, Plan, Step } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { Finding, InventoryItem } from "@evenkeel/contracts";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { execute } from "../execute.ts";
import type { Executed } from "../execute.ts";
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
export const isStoredAmiss = (result: StepResult<Written>): boolean =>
  result.kind === "failed" && result.stored !== undefined;

/** Writes corrections; intent and outcome name what each of them answers. */
export const correctObjects = async (
  run: Run,
  plan: Plan,
  desired: ReadonlyMap<string, DesiredObject>,
  answers: { readonly traceId: string; readonly drift: ReadonlyMap<string, Finding> },
): Promise<Executed<Written>> =>
  execute<Step, Written>(run, plan, {
    atOnce: plan.steps.length,
    step: (step) => writeStep(run, step, async () => desired),
    takenOf,
    word: wordOf,
    save: (results) => saveWritten(run, results),
    answers,
  });
