import type { ApplyPlan } from "@evenkeel/apply";
import { formatVersion } from "@evenkeel/contracts";
import type { Inventory, InventoryItem } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { keyOfItem } from "./inventories.ts";
import type { Written } from "../write/write-object.ts";

/** The inventory as it must be before the first write: what will be created is listed, what left desired says since when. */
export const itemsBefore = (run: Run, plan: ApplyPlan): readonly InventoryItem[] => {
  const items = new Map(run.means.items);
  for (const { ref, object, verb, uid } of plan.steps) {
    const key = formatRef(ref);
    const known = items.get(key);
    if (known !== undefined && known.absentSince !== undefined)
      items.set(key, { ...known, absentSince: undefined, lastIn: undefined, leftAt: undefined });
    if (verb === "unchanged" || known !== undefined) continue;
    items.set(key, {
      ref,
      apiVersion: object.apiVersion,
      uid,
      pending: true,
      record: undefined,
      absentSince: undefined,
      lastIn: undefined,
      leftAt: undefined,
    });
  }
  const left = { lastIn: run.inventory.value?.version, leftAt: run.fact.version };
  for (const { ref, absentSince } of plan.absent) {
    const known = items.get(formatRef(ref));
    if (known !== undefined && known.absentSince === undefined)
      items.set(formatRef(ref), { ...known, absentSince, ...left });
  }
  return [...items.values()];
};

/** The value that is stored while or after a version is applied. */
export const inventoryOf = (run: Run, items: readonly InventoryItem[], complete: boolean): Inventory => ({
  unit: run.fact.unit,
  version: run.fact.version,
  digest: run.fact.digest,
  complete,
  epoch: run.partition.lease.epoch,
  items: [...items],
  revision: run.fact.revision,
  traceId: run.fact.traceId,
  parts: [],
  clusterUid: run.clusterUid,
});

/** Whether the plan has refs that the inventory does not list yet. */
export const listsNew = (run: Run, plan: ApplyPlan): boolean => {
  const known = run.means.items;
  return plan.steps.some(({ ref }) => !known.has(formatRef(ref)));
};

/** Items of what was written, by formatRef; also of what is on the cluster although its write counts as failed. */
export const writtenItems = (results: readonly StepResult<Written>[]): ReadonlyMap<string, InventoryItem> =>
  new Map(
    results.flatMap((result) => {
      const stored = result.kind === "done" ? result.value : result.kind === "failed" ? result.stored : undefined;
      return stored === undefined ? [] : [[keyOfItem(stored.item), stored.item] as const];
    }),
  );

/** The inventory after the writes: what succeeded has the server's answer as its record. */
export const itemsAfter = (
  items: readonly InventoryItem[],
  results: readonly StepResult<Written>[],
): readonly InventoryItem[] => {
  const written = writtenItems(results);
  return items.map((item) => {
    const now = written.get(keyOfItem(item));
    return now ?? item;
  });
};

/** It is on the cluster, and the server did not store the marks by which it is ours: so there is no record of it. */
export const isUnmarked = (item: InventoryItem | undefined): boolean =>
  item !== undefined && item.uid !== "" && !item.pending && item.record === undefined;

/** Whether the stored inventory says just this, applied in full. */
export const isSame = (run: Run, items: readonly InventoryItem[]): boolean => {
  const stored = run.inventory.value;
  return (
    stored !== undefined &&
    stored.complete &&
    stored.digest === run.fact.digest &&
    items.length === stored.items.length &&
    items.every((item, index) => item === stored.items[index])
  );
};

/** Whether the stored inventory is of this version. */
export const sameVersion = (run: Run): boolean => {
  const stored = run.inventory.value?.version;
  return stored !== undefined && formatVersion(stored) === formatVersion(run.fact.version);
};

/** The same content under the same declarations, applied in full: there is nothing to plan. */
export const isKnown = (run: Run): boolean => {
  const stored = run.inventory.value;
  return (
    stored?.version?.fleet === run.fact.version.fleet &&
    stored.complete &&
    stored.digest === run.fact.digest &&
    stored.items.every(({ pending, absentSince }) => !pending && absentSince === undefined)
  );
};
