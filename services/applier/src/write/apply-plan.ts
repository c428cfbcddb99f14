import { writesOf } from "@evenkeel/apply";
import type { ApplyPlan, Step } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { placedByRef } from "../plan/desired-set.ts";
import { execute } from "../execute.ts";
import type { StoredInventory } from "../plan/inventories.ts";
import { logTaken } from "../run/log-taken.ts";
import { loosening, refusingNames, refusingObjects } from "../refused/refusing.ts";
import { isCutShort, resultOf } from "../run/run-end.ts";
import { inventoryOf, isSame, itemsAfter, itemsBefore, listsNew, sameVersion } from "../plan/run-inventory.ts";
import { stage } from "../run/stages.ts";
import { takenOf } from "./write-object.ts";
import type { Previous, Written } from "./write-object.ts";
import { writeStep } from "./write-step.ts";

/** How many requests of one unit are on their way at once: no more than one share of the transport's window at its widest. */
const AT_ONCE = 16;

/** What was written, and what the inventory says since. */
export interface Applied {
  readonly results: readonly StepResult<Written>[];
  readonly items: readonly InventoryItem[];
  readonly stored: StoredInventory;
  readonly ledger: bigint | undefined;
}

/** What is as it was applied is done without a write. */
const asItWas = (known: ReadonlyMap<string, InventoryItem>, { ref }: Step): StepResult<Written> => {
  const item = known.get(formatRef(ref));
  return item === undefined ? { kind: "not-tried" } : { kind: "done", value: { item, created: false, taken: [] } };
};

/** Another try of what this run has stored: what the first one made and took, this run did. */
const storedBefore = (result: StepResult<Written>, { created, taken }: Written): StepResult<Written> => {
  if (result.kind !== "done") return result;
  const { value } = result;
  return { ...result, value: { ...value, created: created || value.created, taken: [...taken, ...value.taken] } };
};

/** Writes what differs; what is created is listed as pending before. */
const writePlan = async (
  run: Run,
  plan: ApplyPlan,
  pending: readonly InventoryItem[],
  only?: ReadonlySet<number>,
): Promise<Applied> => {
  const { partition, fact } = run;
  const known = run.means.items;
  const save = async (items: readonly InventoryItem[], isWhole: boolean): Promise<StoredInventory> =>
    partition.inventories.save(fact.unit, inventoryOf(run, items, isWhole));
  let sent: ReturnType<Previous> | undefined;
  const previous: Previous = () => (sent ??= placedByRef(run, run.inventory.value?.digest ?? ""));
  const executed = await execute<Step, Written>(run, plan, {
    atOnce: AT_ONCE,
    only,
    first: only === undefined ? loosening(plan) : [...only],
    whenStuck: (results) => refusingObjects(plan, refusingNames(results)),
    ...(listsNew(run, plan) ? { list: () => save(pending, false) } : {}),
    step: async (step, before) => {
      if (step.verb === "unchanged") return asItWas(known, step);
      // It is known as ours by its uid alone.
      return before === undefined
        ? writeStep(run, step, previous)
        : storedBefore(await writeStep(run, { ...step, uid: before.item.uid }, previous), before);
    },
    takenOf,
    onWritten: (results) => logTaken(run, results),
    save: async (results) =>
      save(
        itemsAfter(pending, results),
        results.every(({ kind }) => kind === "done"),
      ),
    word: (results) => (isCutShort(run, results) ? "interrupted" : resultOf(run, results, true)),
  });
  return { ...executed, items: itemsAfter(pending, executed.results) };
};

/** Nothing to write: every object is as it was applied. */
const keepPlan = async (run: Run, plan: ApplyPlan, pending: readonly InventoryItem[]): Promise<Applied> => {
  const known = run.means.items;
  const results = plan.steps.map((object) => asItWas(known, object));
  const stored =
    isSame(run, pending) && sameVersion(run)
      ? run.inventory
      : await run.partition.inventories.save(run.fact.unit, inventoryOf(run, pending, true));
  return { results, items: pending, stored, ledger: undefined };
};

/** Brings the cluster to what is desired, as far as it differs. */
export const applyPlan = async (run: Run, plan: ApplyPlan): Promise<Applied> => {
  const pending = itemsBefore(run, plan);
  return writesOf(plan.steps).length === 0
    ? keepPlan(run, plan, pending)
    : stage(run, "apply", () => writePlan(run, plan, pending), { plan });
};

/** Only some steps of a plan, by index; the rest is not tried. */
export const applyOnly = async (run: Run, plan: ApplyPlan, only: ReadonlySet<number>): Promise<Applied> => {
  const pending = itemsBefore(run, plan);
  if (only.size > 0) return stage(run, "apply", () => writePlan(run, plan, pending, only), { plan });
  return {
    results: plan.steps.map(() => ({ kind: "not-tried" })),
    items: pending,
    stored: await run.partition.inventories.save(run.fact.unit, inventoryOf(run, pending, false)),
    ledger: undefined,
  };
};
