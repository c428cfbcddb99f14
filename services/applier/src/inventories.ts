import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { Inventory, encodeToken } from "@evenkeel/contracts";
import type { InventoryItem, ObjectRef, Unit } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/resource";

import { StateMoved } from "./write-refused.ts";

/** What a unit has applied, as stored. */
export interface StoredInventory {
  readonly value: Inventory | undefined;
  /** 0: there is none. */
  readonly revision: number;
  /** By formatRef: revision at which the record last changed, as far as this owner knows. */
  readonly recordRevisions: ReadonlyMap<string, number>;
}

/** The inventories of one partition: read through the leader once a term, then known, for this owner is their only writer. */
export interface Inventories {
  get(unit: Unit, signal?: AbortSignal): Promise<StoredInventory>;
  /** Compare-and-set over what `get` gave. Throws StateMoved. */
  save(unit: Unit, value: Inventory): Promise<StoredInventory>;
  remove(unit: Unit): Promise<void>;
}

/** Key of a unit's value. */
export const inventoryKey = (unit: { readonly cluster: string; readonly app: string }): string =>
  `unit.${encodeToken(unit.cluster)}.${encodeToken(unit.app)}`;

const NO_REF: ObjectRef = { group: "", kind: "", namespace: "", name: "" };
export const keyOfItem = (item: InventoryItem): string => formatRef(item.ref ?? NO_REF);

const sameRecord = (a: InventoryItem | undefined, b: InventoryItem): boolean =>
  a?.uid === b.uid &&
  a.record?.resourceVersion === b.record?.resourceVersion &&
  a.record?.desired === b.record?.desired;

export const openInventories = (bus: Bus): Inventories => {
  const bucket = bus.bucket("inventory", Inventory);
  const known = new Map<string, StoredInventory>();
  const get: Inventories["get"] = async (unit, signal) => {
    const key = inventoryKey(unit);
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const entry = await bucket.get(key, signal);
    const revision = entry?.revision ?? 0;
    const recordRevisions = new Map((entry?.value?.items ?? []).map((item) => [keyOfItem(item), revision]));
    const stored = { value: entry?.value, revision, recordRevisions };
    known.set(key, stored);
    return stored;
  };
  const guarded = async <T>(unit: Unit, write: () => Promise<T>): Promise<T> => {
    try {
      return await write();
    } catch (error) {
      known.delete(inventoryKey(unit));
      if (!(error instanceof BusConflict)) throw error;
      throw new StateMoved(`inventory of ${unit.app} on ${unit.cluster} was written by another`, { cause: error });
    }
  };
  return {
    get,
    save: async (unit, value) => {
      const before = await get(unit);
      const key = inventoryKey(unit);
      const revision = await guarded(unit, () =>
        before.revision === 0 ? bucket.create(key, value) : bucket.update(key, value, before.revision),
      );
      const old = new Map((before.value?.items ?? []).map((item) => [keyOfItem(item), item]));
      const recordRevisions = new Map(
        value.items.map((item) => {
          const name = keyOfItem(item);
          const since = sameRecord(old.get(name), item) ? before.recordRevisions.get(name) : undefined;
          return [name, since ?? revision];
        }),
      );
      const stored = { value, revision, recordRevisions };
      known.set(key, stored);
      return stored;
    },
    remove: async (unit) => {
      const before = await get(unit);
      if (before.revision !== 0) await guarded(unit, () => bucket.delete(inventoryKey(unit), before.revision));
      known.delete(inventoryKey(unit));
    },
  };
};
