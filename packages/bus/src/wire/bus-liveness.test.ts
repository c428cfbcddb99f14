import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import type { Liveness } from "../port.ts";

/** Within 10 s, and a busy machine's delay. */
const soon = { timeoutMs: 12_000 };

test.concurrent("a killed server is told with since when and why, and so is its return", async () => {
  await using bus = await startTestBus();
  const service = await bus.connect("renderer");
  const told: Liveness[] = [];
  service.onLiveness((liveness) => told.push(liveness));
  expect([service.liveness().lostSince, service.fault()]).toEqual([undefined, undefined]);
  const before = Date.now();
  await bus.nats.kill();
  await eventually(() => told.length === 1, soon);
  const since = told[0]?.lostSince?.getTime() ?? 0;
  expect([since > before - 10_000, since <= Date.now()]).toEqual([true, true]);
  expect(service.fault()).toMatch(
    /^has not answered since 20\d\d-.*Z \(no connection to a server\); look at nats-server/,
  );
  await bus.restart();
  await eventually(() => told.length === 2, soon);
  expect(told[1]).toEqual({ lostSince: undefined, why: "" });
  expect(service.fault()).toBeUndefined();
});

test.concurrent("a server that hangs is lost as one that is gone", async () => {
  await using bus = await startTestBus();
  const service = await bus.connect("status-api");
  process.kill(bus.nats.pid, "SIGSTOP");
  await eventually(() => service.fault() !== undefined, soon);
  expect(service.fault()).toMatch(/^has not answered since .* \(.+\)/);
  process.kill(bus.nats.pid, "SIGCONT");
  await eventually(() => service.fault() === undefined, soon);
});

test.concurrent("a bus that is quiet is not lost", async () => {
  await using bus = await startTestBus();
  const service = await bus.connect("applier");
  const told: Liveness[] = [];
  service.onLiveness((liveness) => told.push(liveness));
  const from = performance.now();
  await eventually(() => performance.now() - from > 8000, soon);
  expect([told, service.fault()]).toEqual([[], undefined]);
});
