import { BusConflict } from "@evenkeel/bus";
import type { Bus, StateEntry } from "@evenkeel/bus";
import { buckets, partsOf, splitInventory } from "@evenkeel/contracts";
import type { Inventory, InventoryItem, ObjectRef, Unit } from "@evenkeel/contracts";
import { withoutForeignHashes } from "@evenkeel/drift";
import { storedKey } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import { AuditUnavailable, StateMoved } from "../write/write-refused.ts";

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
export interface InventoryKey {
  readonly cluster: string;
  readonly app: string;
}

export const inventoryKey = ({ cluster, app }: InventoryKey): InventoryKey => ({ cluster, app });

const nameOf = ({ cluster, app }: InventoryKey): string => `${cluster}/${app}`;

const NO_REF: ObjectRef = { group: "", kind: "", namespace: "", name: "" };
export const keyOfItem = (item: InventoryItem): string => formatRef(item.ref ?? NO_REF);

/** Whether an object is among these items, by whichever group of its kind either is written. */
export const isAmong = (items: readonly InventoryItem[], ref: ObjectRef): boolean =>
  items.some(({ ref: own }) => own !== undefined && storedKey(own) === storedKey(ref));

const sameRecord = (a: InventoryItem | undefined, b: InventoryItem): boolean =>
  a?.uid === b.uid &&
  a.record?.resourceVersion === b.record?.resourceVersion &&
  a.record?.desired === b.record?.desired;

/** Reads a unit's value with all its parts through the leader; one that was replaced meanwhile is read again. */
export const readInventory = async (
  bus: Pick<Bus, "state">,
  key: InventoryKey,
  signal?: AbortSignal,
): Promise<StateEntry<Inventory, InventoryKey> | undefined> => {
  const [heads, stored] = [bus.state(buckets.inventory), bus.state(buckets.inventoryPart)];
  let last: number | undefined;
  for (;;) {
    const entry = await heads.get(key, signal);
    if (entry?.value === undefined || entry.value.parts.length === 0) return entry;
    const parts = await Promise.all(
      entry.value.parts.map(async (name) => (await stored.get({ ...key, part: name }, signal))?.value),
    );
    const value = partsOf(entry.value, parts);
    if (value !== undefined) return { ...entry, value };
    if (last === entry.revision) throw new AuditUnavailable(`inventory of ${key.app} on ${key.cluster} lacks a part`);
    last = entry.revision;
  }
};

/** Parts first, then the head by compare-and-set, then what the new head does not name any more goes. */
const writeInventory = async (
  bus: Bus,
  key: InventoryKey,
  value: Inventory,
  before: StoredInventory,
): Promise<{ readonly revision: number; readonly parts: readonly string[] }> => {
  const { head, parts } = splitInventory(value);
  const [heads, stored] = [bus.ownState(buckets.inventory), bus.ownState(buckets.inventoryPart)];
  const old = new Set(before.value?.parts);
  const fresh = [...parts].filter(([name]) => !old.has(name));
  await Promise.all(fresh.map(([name, part]) => stored.put({ ...key, part: name }, part)));
  const revision = await (before.revision === 0 ? heads.create(key, head) : heads.update(key, head, before.revision));
  const gone = [...old].filter((name) => !parts.has(name));
  // A part that stays behind is read by nobody.
  await Promise.allSettled(gone.map((name) => stored.delete({ ...key, part: name })));
  return { revision, parts: head.parts };
};

/** The items without what hashes of their Secrets would tell to whoever may read them. */
const withoutForeign = (items: readonly InventoryItem[], hashKey: string): readonly InventoryItem[] =>
  items.map((item) => {
    const { record, ref } = item;
    if (record === undefined || ref?.kind !== "Secret" || ref.group !== "") return item;
    const kept = withoutForeignHashes(record, hashKey);
    return kept === record ? item : { ...item, record: kept };
  });

export const openInventories = (bus: Bus, hashKey: string): Inventories => {
  const known = new Map<string, StoredInventory>();
  const get: Inventories["get"] = async (unit, signal) => {
    const name = nameOf(unit);
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const entry = await readInventory(bus, inventoryKey(unit), signal);
    const revision = entry?.revision ?? 0;
    const recordRevisions = new Map((entry?.value?.items ?? []).map((item) => [keyOfItem(item), revision]));
    const stored = { value: entry?.value, revision, recordRevisions };
    if (stored.value === undefined) {
      known.set(name, stored);
      return stored;
    }
    const items = withoutForeign(stored.value.items, hashKey);
    if (items.every((item, index) => item === stored.value?.items[index])) {
      known.set(name, stored);
      return stored;
    }
    // Hashes of another key are of an older version, or of a key that was replaced for a reason: they go at once.
    return write(unit, { ...stored.value, items: [...items] }, stored);
  };
  const guarded = async <T>(unit: Unit, write: () => Promise<T>): Promise<T> => {
    try {
      return await write();
    } catch (error) {
      known.delete(nameOf(unit));
      if (!(error instanceof BusConflict)) throw error;
      throw new StateMoved(`inventory of ${unit.app} on ${unit.cluster} was written by another`, { cause: error });
    }
  };
  const write = async (unit: Unit, value: Inventory, before: StoredInventory): Promise<StoredInventory> => {
    const key = inventoryKey(unit);
    const { revision, parts } = await guarded(unit, () => writeInventory(bus, key, value, before));
    const old = new Map((before.value?.items ?? []).map((item) => [keyOfItem(item), item]));
    const recordRevisions = new Map(
      value.items.map((item) => {
        const name = keyOfItem(item);
        const since = sameRecord(old.get(name), item) ? before.recordRevisions.get(name) : undefined;
        return [name, since ?? revision];
      }),
    );
    const stored = { value: { ...value, parts: [...parts] }, revision, recordRevisions };
    known.set(nameOf(unit), stored);
    return stored;
  };
  return {
    get,
    save: async (unit, value) => write(unit, value, await get(unit)),
    remove: async (unit) => {
      const before = await get(unit);
      const key = inventoryKey(unit);
      if (before.revision !== 0)
        await guarded(unit, () => bus.ownState(buckets.inventory).delete(key, before.revision));
      const parts = bus.ownState(buckets.inventoryPart);
      const gone = (before.value?.parts ?? []).length === 0 ? [] : await parts.keys(key);
      await Promise.allSettled(gone.map((part) => parts.delete(part)));
      known.delete(nameOf(unit));
    },
  };
};
