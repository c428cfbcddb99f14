import { expect, test } from "vitest";

import { startTestBus } from "./bus-fixture.ts";
import type { Bus, Lease } from "./port.ts";
import { eventually } from "@evenkeel/testing";

const shards = ["0", "1", "2", "3"];

const hold = (bus: Bus) => {
  const held = new Map<string, Lease>();
  const stop = new AbortController();
  const ended = bus.holdShards(
    {
      shards,
      run: async (lease, signal) => {
        held.set(lease.shard, lease);
        const over = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => over.resolve(), { once: true });
        await over.promise;
        held.delete(lease.shard);
      },
    },
    stop.signal,
  );
  return {
    held,
    end: async () => {
      stop.abort();
      await ended;
    },
  };
};

test("one instance holds all shards, a second takes its share, and the leaver's shards are back within a second", async () => {
  await using bus = await startTestBus();
  const one = hold(await bus.connect("applier", "one"));
  await eventually(() => one.held.size === 4);
  expect([...one.held.values()].every((lease) => lease.live())).toBe(true);
  const before = [...one.held.values()].map(({ epoch }) => epoch);

  const two = hold(await bus.connect("applier", "two"));
  await eventually(() => one.held.size === 2 && two.held.size === 2);
  const both = [...one.held.keys(), ...two.held.keys()].toSorted();
  expect(both).toEqual(shards);
  for (const { epoch } of two.held.values()) expect(epoch > before.reduce((a, b) => (a > b ? a : b))).toBe(true);

  const started = performance.now();
  await two.end();
  await eventually(() => one.held.size === 4);
  expect(performance.now() - started).toBeLessThan(3000);
  await one.end();
});

test("a process that comes back under its instance id has its leases at once, with a higher epoch", async () => {
  await using bus = await startTestBus();
  const first = await bus.connect("applier", "one");
  const before = hold(first);
  await eventually(() => before.held.size === 4);
  const epochs = new Map([...before.held].map(([shard, lease]) => [shard, lease]));
  const again = hold(await bus.connect("applier", "one"));
  const started = performance.now();
  await eventually(() => again.held.size === 4);
  expect(performance.now() - started).toBeLessThan(2000);
  for (const [shard, lease] of again.held) expect(lease.epoch > (epochs.get(shard)?.epoch ?? 0n)).toBe(true);
  await eventually(() => [...epochs.values()].every((lease) => !lease.live()));
  await again.end();
  await before.end();
});
