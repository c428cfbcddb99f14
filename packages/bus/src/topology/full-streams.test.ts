import { ApplyFinished, CommitPlanned, DesiredStateChanged, Inventory, Tip, flows } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { BusUnavailable, StoreFull } from "../bus-errors.ts";
import { commit } from "../commit.fixture.ts";
import { streams } from "./streams.ts";

// A thousandth of the limits: 131 kB for APPLIED, 33 kB for COMMITS.
const size = 0.001;
const signal = AbortSignal.timeout(60_000);

test("a stream that keeps history goes on for every subject when it is full", async () => {
  await using bus = await startTestBus(1, size);
  const [applier, renderer] = [await bus.connect("applier"), await bus.connect("renderer")];
  const finished = (app: string, n: number): ApplyFinished =>
    ApplyFinished.fromPartial({
      unit: { cluster: "prod", app, appUid: "u" },
      cause: `${app} ${n}`,
      reason: { code: "Forbidden", message: "m".repeat(2_000), remedy: "" },
    });
  const planned = (n: number): CommitPlanned =>
    CommitPlanned.fromPartial({
      source: "shop",
      seq: BigInt(n),
      cause: String(n),
      superseded: Array.from({ length: 300 }, () => 2n ** 40n),
    });
  await applier.publish(flows.applyFinished, finished("quiet", 0));
  for (let n = 0; n < 120; n++) {
    await applier.publish(flows.applyFinished, finished(`app${n % 12}`, n));
    await renderer.publish(flows.commitPlanned, planned(n));
  }
  const levels = new Map((await applier.storeLevels(signal)).map((level) => [level.store, level]));
  for (const store of ["APPLIED", "PLANS"]) {
    const { bytes = 0, maxBytes = 1 } = levels.get(store) ?? {};
    expect(bytes / maxBytes, store).toBeGreaterThan(0.7);
    expect(bytes, store).toBeLessThanOrEqual(maxBytes);
  }
  const newest = finished("app0", 108);
  const last = await applier.readLast(flows.applyFinished, flows.applyFinished.tokens(newest), signal);
  expect(last?.fact.cause).toBe(newest.cause);
  await applier.publish(flows.applyFinished, finished("quiet", 1));
});

test("a stream of state that is full refuses what is new, as something that passes, and takes what is newer", async () => {
  await using bus = await startTestBus(1, size);
  const watcher = await bus.connect("source-watcher");
  const refused: unknown[] = [];
  for (let n = 0; n < 400 && refused.length === 0; n++)
    await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n)).catch((error: unknown) => refused.push(error));
  expect(refused[0]).toBeInstanceOf(BusUnavailable);
  await watcher.publish(flows.commitObserved, commit("s0", 2n));
});

// What the server itself does when it is full: a known subject must not grow, and one of several messages is refused.
test.each([1, 3] as const)("known keys of tips are always taken, larger ones too, on %i servers", async (replicas) => {
  await using bus = await startTestBus(replicas, replicas === 3 ? size : size * 8);
  const tips = (await bus.connect("source-watcher")).bucket("tips", Tip);
  const tip = (n: number, bytes: number): Tip => Tip.fromPartial({ seq: BigInt(n), author: "a".repeat(bytes) });
  let known = 0;
  const refused = await (async (): Promise<unknown> => {
    for (; ; known++) {
      try {
        await tips.create(`src.s${known}`, tip(known, 600));
      } catch (error) {
        return error;
      }
    }
  })();
  expect(known).toBeGreaterThan(5);
  expect(refused).toBeInstanceOf(StoreFull);
  expect((refused as Error).message).toMatch(/src\.s\d+ is new .* has \d+ names in .* EVENKEEL_BUS_SIZE makes room/);
  // As often as a key keeps its values, every one of them.
  for (let n = 0; n < 20; n++)
    await Promise.all(
      Array.from({ length: known }, async (_, key) => {
        const { revision = 0 } = (await tips.get(`src.s${key}`)) ?? {};
        await tips.update(`src.s${key}`, tip(n, 640), revision);
      }),
    );
  await expect(tips.create("src.another", tip(1, 600))).rejects.toThrow(StoreFull);
  // The remedy, as it is told.
  await bus.migrate({ size: size * 16 });
  await tips.create("src.another", tip(1, 600));
});

test("a unit that is known grows in a full DESIRED and a full inventory, and what is new waits", async () => {
  await using bus = await startTestBus(1, size);
  const [renderer, applier] = [await bus.connect("renderer"), await bus.connect("applier")];
  const unit = (n: number) => ({ cluster: "prod", app: `app${n}`, appUid: "u" });
  const desired = (n: number, bytes: number) =>
    DesiredStateChanged.fromPartial({ unit: unit(n), subject: "s".repeat(bytes), cause: `${n} ${bytes}` });
  const values = applier.bucket("inventory", Inventory);
  const value = (n: number, bytes: number) => Inventory.fromPartial({ unit: unit(n), revision: "r".repeat(bytes) });
  const fill = async (store: (n: number) => Promise<unknown>): Promise<unknown> => {
    for (let n = 0; ; n++) {
      const failed = await store(n).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failed !== undefined) return failed;
    }
  };
  const toDesired = (n: number) => renderer.publish(flows.desiredStateChanged, desired(n, 500), { expectLast: 0 });
  expect(await fill(toDesired)).toBeInstanceOf(StoreFull);
  expect(await fill((n) => values.create(`unit.prod.app${n}`, value(n, 3_000)))).toBeInstanceOf(StoreFull);
  const tokens = flows.desiredStateChanged.tokens(desired(0, 0));
  const last = await renderer.readLast(flows.desiredStateChanged, tokens, signal);
  await renderer.publish(flows.desiredStateChanged, desired(0, 2_000), { expectLast: last?.sequence ?? 0 });
  const { revision = 0 } = (await values.get("unit.prod.app0")) ?? {};
  await values.update("unit.prod.app0", value(0, 12_000), revision);
});

test("limits grow with the size of the next migration, and services go on", async () => {
  await using bus = await startTestBus(1, size);
  const watcher = await bus.connect("source-watcher");
  const before = await watcher.storeLevels(signal);
  await bus.migrate({ size: 2 });
  const after = await watcher.storeLevels(signal);
  for (const [n, { store, maxBytes }] of after.entries())
    expect(maxBytes / (before[n]?.maxBytes ?? 1), store).toBeCloseTo(2_000, -1);
  await (await bus.connect("renderer")).storeLevels(signal);
});

test.each(streams.map((row) => [row.name, row] as const))(
  "%s keeps several messages a subject only where old ones may go",
  (_name, row) => {
    const isHistory = row.perSubject > 1;
    expect(isHistory && !row.rebuildable).toBe(false);
  },
);
