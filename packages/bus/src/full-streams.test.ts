import { ApplyFinished, CommitPlanned, flows } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { startTestBus } from "./bus-fixture.ts";
import { BusUnavailable } from "./bus-errors.ts";
import { commit } from "./commit-fixture.ts";
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
