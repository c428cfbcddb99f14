import { EntryKind } from "@evenkeel/contracts";
import type { DesiredStateChanged, Inventory, InventoryItem, LedgerEntry, Unit } from "@evenkeel/contracts";
import { formatRef, splitApiVersion } from "@evenkeel/resource";

import { isWaiting } from "../core/object/object-state.ts";
import { isRunOpen, newTracked, newUnit } from "./tracked.ts";
import type { Tracked, TrackedUnit } from "./tracked.ts";

/** What the table asks of the detector after a change. */
export interface TableListener {
  /** The inventory names it. */
  onItem(tracked: Tracked, item: InventoryItem): void;
  /** Its unit is free again: judge what was seen of it. */
  onLook(tracked: Tracked): void;
  /** Something told about the unit may have changed. */
  onDirty(unit: TrackedUnit): void;
  /** A kind appeared in an inventory. */
  onKind(kind: { readonly group: string; readonly version: string; readonly kind: string }): void;
}

/** The units of one cluster and their objects, from the facts of the bus. */
export interface UnitTable {
  find(ref: {
    readonly group: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  }): Tracked | undefined;
  units(): Iterable<TrackedUnit>;
  unitOf(unit: Unit): TrackedUnit;
  setDesired(fact: DesiredStateChanged): void;
  setInventory(inventory: Inventory | undefined, key: string, revision: bigint): void;
  setLedger(entry: LedgerEntry): void;
  /** The ledger is told anew: what ends a run that was open may be gone with the old one. */
  resetLedger(): void;
  /** The bucket is told anew: its revisions have nothing to do with those of old. */
  resetInventories(): void;
  /** No inventory of so high a revision is to come any more. */
  forgetAwaited(unit: Unit, revision: bigint): void;
}

/** Makes the table of one cluster. */
export const openUnitTable = (cluster: string, listener: TableListener): UnitTable => {
  const units = new Map<string, TrackedUnit>();
  const byRef = new Map<string, Tracked>();
  const byKey = new Map<string, TrackedUnit>();

  const unitOf = (unit: Unit): TrackedUnit => {
    const known = units.get(unit.app);
    if (known !== undefined) return known;
    const made = newUnit(unit);
    units.set(unit.app, made);
    return made;
  };
  const release = (unit: TrackedUnit): void => {
    if (isRunOpen(unit)) return;
    for (const tracked of unit.objects.values()) if (isWaiting(tracked.state)) listener.onLook(tracked);
    listener.onDirty(unit);
  };
  const take = (unit: TrackedUnit, key: string, item: InventoryItem): void => {
    const { ref } = item;
    if (ref === undefined) return;
    let tracked = byRef.get(key);
    if (tracked === undefined || tracked.of !== unit) {
      tracked?.of.objects.delete(key);
      tracked = newTracked(ref, unit);
      byRef.set(key, tracked);
      unit.objects.set(key, tracked);
    }
    if (tracked.apiVersion !== item.apiVersion) {
      tracked.apiVersion = item.apiVersion;
      listener.onKind({ ...splitApiVersion(item.apiVersion), kind: ref.kind });
    }
    listener.onItem(tracked, item);
  };

  return {
    find: (ref) => byRef.get(formatRef(ref)),
    units: () => units.values(),
    unitOf,
    setDesired: (fact) => {
      if (fact.unit === undefined || fact.unit.cluster !== cluster) return;
      const unit = unitOf(fact.unit);
      unit.desired = fact;
      listener.onDirty(unit);
    },
    setInventory: (inventory, key, revision) => {
      const unit = inventory?.unit === undefined ? byKey.get(key) : unitOf(inventory.unit);
      if (unit === undefined) return;
      byKey.set(key, unit);
      unit.inventory = inventory;
      unit.inventoryRevision = revision;
      const present = new Set<string>();
      for (const item of inventory?.items ?? []) {
        const refKey = item.ref === undefined ? "" : formatRef(item.ref);
        present.add(refKey);
        take(unit, refKey, item);
      }
      for (const [refKey, tracked] of unit.objects) {
        if (present.has(refKey)) continue;
        unit.objects.delete(refKey);
        if (byRef.get(refKey) === tracked) byRef.delete(refKey);
      }
      release(unit);
      listener.onDirty(unit);
    },
    setLedger: (entry) => {
      for (const writes of entry.units) {
        if (writes.unit?.cluster !== cluster) continue;
        const unit = unitOf(writes.unit);
        if (entry.kind === EntryKind.INTENT) unit.openRuns.add(writes.run);
        else if (entry.kind === EntryKind.OUTCOME) {
          unit.openRuns.delete(writes.run);
          if (writes.inventoryRevision > unit.awaitedRevision) unit.awaitedRevision = writes.inventoryRevision;
          release(unit);
        }
      }
    },
    resetLedger: () => {
      for (const unit of units.values()) {
        if (unit.openRuns.size === 0) continue;
        unit.openRuns.clear();
        release(unit);
      }
    },
    resetInventories: () => {
      for (const unit of units.values()) {
        unit.inventoryRevision = 0n;
        unit.awaitedRevision = 0n;
        release(unit);
      }
    },
    forgetAwaited: (of, revision) => {
      const unit = unitOf(of);
      if (unit.awaitedRevision > revision) return;
      unit.awaitedRevision = 0n;
      release(unit);
    },
  };
};
