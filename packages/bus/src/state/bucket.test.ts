import { expect, test } from "vitest";
import { SeqCounter } from "@evenkeel/contracts";

import { startTestBus } from "../bus.fixture.ts";
import { BusConflict, BusRefused } from "../bus-errors.ts";
import type { BucketEntry } from "../port.ts";

test("a bucket decides writes by compare-and-set, and its watch sees values, deletions and what was there before", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const tips = watcher.bucket("tips", SeqCounter);

  expect(await tips.get("seq")).toBeUndefined();
  const first = await tips.create("seq", { last: 1n, floor: 0n });
  await expect(tips.create("seq", { last: 9n, floor: 0n })).rejects.toBeInstanceOf(BusConflict);
  const second = await tips.update("seq", { last: 2n, floor: 0n }, first);
  await expect(tips.update("seq", { last: 9n, floor: 0n }, first)).rejects.toBeInstanceOf(BusConflict);
  expect(await tips.get("seq")).toMatchObject({ value: { last: 2n, floor: 0n }, revision: second });

  const seen: BucketEntry<SeqCounter>[] = [];
  const { promise: three, resolve } = Promise.withResolvers<void>();
  const stop = new AbortController();
  await tips.watch(">", { onEntry: (entry) => void (seen.push(entry) === 3 && resolve()) }, stop.signal);
  expect(seen.map(({ value }) => value?.last)).toEqual([2n]);
  await tips.put("src.web", { last: 3n, floor: 0n });
  await tips.delete("src.web");
  await three;
  stop.abort();
  expect(seen.map(({ key, value }) => [key, value?.last])).toEqual([
    ["seq", 2n],
    ["src.web", 3n],
    ["src.web", undefined],
  ]);
  expect(await tips.keys("src.>")).toEqual([]);
  expect(await tips.keys(">")).toEqual(["seq"]);
  expect(await tips.get("src.web")).toBeUndefined();
  await tips.create("src.web", { last: 4n, floor: 0n });
  expect(await tips.keys("src.>")).toEqual(["src.web"]);
});

test("the server refuses a bucket that is not the service's to write", async () => {
  await using bus = await startTestBus();
  const detector = await bus.connect("drift-detector");
  await expect(detector.bytes("inventory").put("unit.a.b", new Uint8Array([1]))).rejects.toBeInstanceOf(BusRefused);
  await expect(detector.bytes("leases").put("applier.0", new Uint8Array([1]))).rejects.toBeInstanceOf(BusRefused);
});
