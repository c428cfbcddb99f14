import type { Inventory, InventoryItem, Unit } from "@evenkeel/contracts";
import { splitApiVersion } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { WatchedKind } from "./hear/watch-kinds.ts";
import { release } from "./track/inputs.ts";
import type { ClusterInputs } from "./track/inputs.ts";
import type { TrackedUnit } from "./track/tracked.ts";

/** What the watches do for an inventory. */
export interface SeenObjects {
  /** A kind appeared in an inventory. */
  watch(kind: WatchedKind): void;
  /** An object that was seen before its inventory came. */
  claim(key: string): KubeObject | undefined;
}

/** What is ours on the cluster, and how it was when we wrote it. */
export interface InventoryInput {
  stored(inventory: Inventory | undefined, key: string, revision: bigint): void;
  /** The bucket is told anew: its revisions have nothing to do with those of old. */
  reset(): void;
  /** No inventory of so high a revision is to come any more. */
  lost(unit: Unit, revision: bigint): void;
}

export const onInventoryStored = (inputs: ClusterInputs, seen: SeenObjects): InventoryInput => {
  const { send, table, touch } = inputs;
  const byKey = new Map<string, TrackedUnit>();

  const take = (unit: TrackedUnit, item: InventoryItem): string => {
    const { apiVersion, ref } = item;
    if (ref === undefined) return "";
    const key = formatRef(ref);
    const tracked = table.objectOf(unit, key, ref);
    if (tracked.apiVersion !== apiVersion) {
      tracked.apiVersion = apiVersion;
      seen.watch({ ...splitApiVersion(apiVersion), kind: ref.kind });
    }
    send(tracked, { kind: "recorded", item });
    if (tracked.state.record === undefined || tracked.state.sight.kind !== "unseen") return key;
    const object = seen.claim(key);
    if (object !== undefined) send(tracked, { kind: "seen", object });
    return key;
  };

  return {
    stored: (inventory, key, revision) => {
      const unit = inventory?.unit === undefined ? byKey.get(key) : table.unitOf(inventory.unit);
      if (unit === undefined) return;
      byKey.set(key, unit);
      unit.inventory = inventory;
      unit.inventoryRevision = revision;
      table.keepOnly(unit, new Set((inventory?.items ?? []).map((item) => take(unit, item))));
      release(inputs, unit);
      touch(unit);
    },
    reset: () => {
      for (const unit of table.units()) {
        unit.inventoryRevision = 0n;
        unit.awaitedRevision = 0n;
        release(inputs, unit);
      }
    },
    lost: (of, revision) => {
      const unit = table.unitOf(of);
      if (unit.awaitedRevision > revision) return;
      unit.awaitedRevision = 0n;
      release(inputs, unit);
    },
  };
};
