import type { ApplyPlan } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { storedKey } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { Applied } from "../write/apply-plan.ts";
import { keyOfItem } from "../plan/inventories.ts";
import { nothingPruned, pruneUnit } from "./prune-unit.ts";
import type { Pruned } from "./prune-unit.ts";
import { refusingAbsent, refusingNames } from "../refused/refusing.ts";
import { inventoryOf } from "../plan/run-inventory.ts";
import { stage } from "../run/stages.ts";

const refsOf = (items: readonly InventoryItem[]): readonly ObjectRef[] =>
  items.flatMap(({ ref }) => (ref === undefined ? [] : [ref]));

/** What is written by another group of its kind from now on is one object still, and has one claim. */
export const withoutAliases = (leaving: readonly ObjectRef[], staying: readonly ObjectRef[]): readonly ObjectRef[] => {
  const kept = new Set(staying.map(storedKey));
  return leaving.filter((ref) => !kept.has(storedKey(ref)));
};

/** Prunes what left desired and takes what is gone out of the inventory; after a failure only what refuses (`refusing`). */
export const pruneAbsent = async (
  run: Run,
  plan: ApplyPlan,
  applied: Applied,
  refusing: ReadonlySet<string> = refusingNames(applied.results),
): Promise<Applied & { readonly pruned: Pruned }> => {
  const { partition, fact, deps } = run;
  const isWhole = run.unanchored === undefined && applied.results.every(({ kind }) => kind === "done");
  const absent = isWhole ? plan.absent : await refusingAbsent(run, plan, refusing);
  if (absent.length === 0 || run.signal.aborted) return { ...applied, pruned: nothingPruned };
  const desired = plan.steps.map(({ ref }) => ref);
  const pruned = await stage(run, "prune", () => pruneUnit(run, { absent, desired, items: applied.items }));
  const { cluster } = fact.unit;
  deps.metrics.prune.add(pruned.deleted, { cluster, result: "deleted" });
  deps.metrics.prune.add(pruned.parked.length, { cluster, result: "parked" });
  if (pruned.dropped.size === 0) return { ...applied, pruned };
  const [gone = [], items = []] = [true, false].map((isGone) =>
    applied.items.filter((item) => pruned.dropped.has(keyOfItem(item)) === isGone),
  );
  const released = withoutAliases(refsOf(gone), refsOf(items));
  await Promise.all(released.map(async (ref) => deps.claims.release(fact.unit, ref, partition.signalOfWrites)));
  return {
    ...applied,
    items,
    pruned,
    stored: await partition.inventories.save(fact.unit, inventoryOf(run, items, isWhole)),
  };
};
