import { randomBytes, randomUUID } from "node:crypto";

import { connectBus, createIdentities, migrateBus } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets, Inventory, joinInventories, smallProfile } from "@evenkeel/contracts";
import type { InventoryItem, ServiceName, Unit } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { eventually, startNatsCluster, testReplicas } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { inventoryKey, keyOfItem, openInventories } from "./inventories.ts";
import { StateMoved } from "../write/write-refused.ts";

const hashKey = "key";
const unit: Unit = { cluster: "prod", app: "many", appUid: "u" };
const digest = (): string => `sha256:${randomBytes(32).toString("hex")}`;
const item = (n: number): InventoryItem =>
  ({
    ref: { group: "", kind: "ConfigMap", namespace: "many", name: `object-${n}` },
    apiVersion: "v1",
    uid: randomUUID(),
    pending: false,
    record: {
      resourceVersion: String(100_000 + n),
      generation: 0n,
      seq: 7n,
      epoch: 9n,
      src: `app@${"a".repeat(40)}:deploy/many`,
      time: "2026-01-01T00:00:00Z",
      desired: digest(),
      own: digest(),
      val: digest(),
      ord: digest(),
      meta: digest(),
      legacy: false,
    },
    absentSince: undefined,
    lastIn: undefined,
    leftAt: undefined,
  }) satisfies InventoryItem;
const inventory = (items: readonly InventoryItem[]): Inventory =>
  Inventory.fromPartial({ unit, digest: digest(), complete: true, items: [...items] });
const byName = (items: readonly InventoryItem[]): readonly InventoryItem[] =>
  items.toSorted((a, b) => keyOfItem(a).localeCompare(keyOfItem(b)));

const startBus = async (): Promise<AsyncDisposable & { readonly as: (service: ServiceName) => Promise<Bus> }> => {
  await using stack = new AsyncDisposableStack();
  const identities = createIdentities();
  const extra = identities.authorization;
  const replicas = testReplicas();
  const nats = stack.use(await startNatsCluster(replicas, { extra, jetstream: { syncInterval: "always" } }));
  const common = { servers: nats.urls, installation: "i", counts: smallProfile };
  await migrateBus({ ...common, seed: identities.migrate.seed, replicas }, silentTelemetry().log);
  const buses = new AsyncDisposableStack();
  stack.use(buses);
  const owned = stack.move();
  return {
    as: async (service) => {
      const config = { ...common, ...identities.loginOf(service), instance: "one" };
      return buses.use(await connectBus(config, silentTelemetry(service)));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

test("the inventory of 5,000 objects is kept in parts, of which one change rewrites one, and read whole", async () => {
  await using running = await startBus();
  const bus = await running.as("applier");
  const heads = bus.state(buckets.inventory);
  const parts = bus.state(buckets.inventoryPart);
  const key = inventoryKey(unit);
  const partsNow = async () => (await parts.keys(key)).map(({ part }) => part);
  const seen: { readonly revision: number; readonly items: readonly InventoryItem[] | undefined }[] = [];
  const watching = new AbortController();
  const joined = joinInventories(({ value, revision }) => seen.push({ revision, items: value?.items }));
  await (
    await running.as("status-api")
  )
    .state(buckets.inventoryPart)
    .watch({}, { onEntry: joined.onEntry, onReset: joined.reset }, watching.signal);

  const items = Array.from({ length: 5_000 }, (_, n) => item(n));
  const mine = openInventories(bus, hashKey);
  const first = await mine.save(unit, inventory(items));
  const stored = await partsNow();
  expect(stored.length).toBeGreaterThan(4);
  expect((await heads.get(key))?.value?.items).toEqual([]);
  const read = await openInventories(bus, hashKey).get(unit);
  expect(read.revision).toBe(first.revision);
  expect(byName(read.value?.items ?? [])).toEqual(byName(items));

  const zombie = openInventories(bus, hashKey);
  await zombie.get(unit);
  const changed = items.map((each, n) => (n === 17 ? item(17) : each));
  const second = await mine.save(unit, inventory(changed));
  const now = await partsNow();
  expect(now).toHaveLength(stored.length);
  expect(now.filter((part) => !stored.includes(part))).toHaveLength(1);
  expect(second.recordRevisions.get(keyOfItem(items[16]!))).toBe(first.revision);
  expect(second.recordRevisions.get(keyOfItem(items[17]!))).toBe(second.revision);
  await expect(zombie.save(unit, inventory(items.slice(1)))).rejects.toBeInstanceOf(StateMoved);
  expect(byName((await openInventories(bus, hashKey).get(unit)).value?.items ?? [])).toEqual(byName(changed));

  await eventually(() => seen.at(-1)?.revision === second.revision);
  expect(byName(seen.at(-1)?.items ?? [])).toEqual(byName(changed));
  const third = await mine.save(unit, inventory(items.slice(0, 3)));
  await eventually(() => seen.at(-1)?.revision === third.revision);
  expect(seen.at(-1)?.items).toHaveLength(3);
  await mine.save(unit, inventory(items));
  await mine.remove(unit);
  // A replica may lag behind the leader.
  await eventually(async () => expect(await parts.keys({})).toEqual([]));
  await eventually(() => seen.at(-1)?.items === undefined);
  watching.abort();
}, 60_000);

test("a watch tells no inventory whose parts it has not", () => {
  const told: number[] = [];
  const joined = joinInventories(({ value }) => told.push(value?.items.length ?? -1));
  const head = { ...inventory([]), parts: ["a", "b"] };
  const onEntry = (app: string, value: Inventory | undefined, part?: string): void =>
    joined.onEntry({ key: { cluster: "c", app, ...(part === undefined ? {} : { part }) }, value, revision: 1 });
  onEntry("x", inventory([item(1)]), "a");
  onEntry("x", head);
  expect(told).toEqual([]);
  onEntry("x", inventory([item(2), item(3)]), "b");
  onEntry("x", head);
  onEntry("y", inventory([item(4)]));
  onEntry("x", undefined);
  expect(told).toEqual([3, 1, -1]);
});
