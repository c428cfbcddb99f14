import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { hold } from "./shard-holder.fixture.ts";

/** More than the gap after which nothing that was planned before is carried out. */
const STILL_MS = 2_500;

/** Nothing of this process runs meanwhile. */
const standStill = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STILL_MS);
};

test("a process that stood still is not sure of its leases until they are read again, and keeps them", async () => {
  await using bus = await startTestBus();
  const one = hold(await bus.connect("applier", "one"), ["0"]);
  const [lease] = await eventually(() => one.held.size === 1 && [...one.held.values()]);
  expect(lease?.live()).toBe(true);
  standStill();
  expect(lease?.live()).toBe(false);
  expect(await lease?.sure()).toBe(true);
  expect(lease?.live()).toBe(true);
  expect(one.held.get("0")).toBe(lease);
  await one.end();
  expect(await lease?.sure()).toBe(false);
});

test("a lease whose bus is gone is never sure again, and says so once it is over", async () => {
  await using bus = await startTestBus();
  const one = hold(await bus.connect("applier", "one"), ["0"]);
  const [lease] = await eventually(() => one.held.size === 1 && [...one.held.values()]);
  await bus.nats.kill();
  standStill();
  expect(await lease?.sure()).toBe(false);
  expect(lease?.live()).toBe(false);
  await bus.restart();
  await one.end();
}, 40_000);
