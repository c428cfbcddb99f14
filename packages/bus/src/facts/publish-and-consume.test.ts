import { type CommitObserved, DeadLetterClass, smallProfile, subjectOf } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { BusConflict } from "../bus-errors.ts";
import { commit, flow, plan, viewLetters } from "../commit.fixture.ts";
import { Superseded } from "../consume/mailbox.ts";
import { type Delivery, done, reject, wait } from "../port.ts";

test.concurrent("a fact reaches its durable once, verified, in the trace it was published in", async () => {
  await using bus = await startTestBus();
  const recorded = { watcher: recordingTelemetry(), renderer: recordingTelemetry() };
  const watcher = await bus.connect("source-watcher", "one", recorded.watcher);
  const renderer = await bus.connect("renderer", "one", recorded.renderer);
  const got: Delivery<CommitObserved>[] = [];
  await using _loops = plan(renderer, async (delivery) => (got.push(delivery), done));

  const [first, other] = await Promise.all([
    watcher.publish(flow, commit("web", 1n)),
    watcher.publish(flow, commit("api", 2n)),
  ]);
  expect([first.duplicate, other.duplicate]).toEqual([false, false]);
  expect((await watcher.publish(flow, commit("web", 1n))).duplicate).toBe(true);
  await eventually(() => recorded.renderer.spans.length === 2);
  expect(got.map(({ fact }) => fact.source).toSorted((a, b) => a.localeCompare(b))).toEqual(["api", "web"]);

  const [publish] = recorded.watcher.spans;
  expect(publish?.name).toBe("publish commit.{s}.{source}");
  const process = recorded.renderer.spans.find(
    (span) => span.parentSpanContext?.spanId === publish?.spanContext().spanId,
  );
  expect(process?.name).toBe("process commit.{s}.{source}");
  expect(process?.links.map(({ context }) => context.spanId)).toEqual([publish?.spanContext().spanId]);
  expect(process?.attributes).toMatchObject({
    "messaging.system": "nats",
    "messaging.destination.template": "commit.{s}.{source}",
    "messaging.consumer.group.name": "renderer",
    "evenkeel.bus.delivery_count": 1,
  });
});

test.concurrent("compare-and-set lets one of many writers win", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const first = await watcher.publish(flow, commit("web", 1n), { expectLast: 0 });
  const tries = [2n, 3n, 4n, 5n].map((seq) =>
    watcher.publish(flow, commit("web", seq), { expectLast: first.sequence }),
  );
  const ended = await Promise.allSettled(tries);
  expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const one of ended) if (one.status === "rejected") expect(one.reason).toBeInstanceOf(BusConflict);
  const last = await watcher.readLast(flow, { source: "web" });
  expect(last?.fact.seq).toBe(2n + BigInt(ended.findIndex(({ status }) => status === "fulfilled")));
  expect(await watcher.readLast(flow, { source: "none" })).toBeUndefined();
});

test.concurrent("a newer fact ends the running handler's signal, and only the newest of those waiting is handled", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const handled: bigint[] = [];
  const { promise: running, resolve: isRunning } = Promise.withResolvers<void>();
  let superseded: unknown;
  await using _loops = plan(renderer, async ({ fact }, signal) => {
    handled.push(fact.seq);
    if (fact.seq > 1n) return done;
    isRunning();
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    superseded = signal.reason;
    // The rest has arrived by the time this one gives way.
    await eventually(async () => (await watcher.readLast(flow, { source: "web" }))?.fact.seq === 50n);
    throw signal.reason;
  });
  await watcher.publish(flow, commit("web", 1n));
  await running;
  for (let seq = 2n; seq <= 50n; seq++) await watcher.publish(flow, commit("web", seq));
  await eventually(() => handled.includes(50n));
  expect(superseded).toBeInstanceOf(Superseded);
  expect(handled).toEqual(handled.toSorted((a, b) => Number(a - b)));
  expect(handled.length).toBeLessThan(50);
});

test.concurrent("a refused fact becomes a dead letter, and a later one that is handled ends it", async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  await using _loops = plan(renderer, async ({ fact }) =>
    fact.seq === 1n ? reject("RefInvalid", "no such ref") : done,
  );
  const { sequence } = await watcher.publish(flow, commit("web", 1n));
  await eventually(() => letters.length === 1);
  const subject = subjectOf(flow, commit("web", 1n), smallProfile);
  expect(letters[0]).toMatchObject({
    service: "renderer",
    subject,
    streamSequence: BigInt(sequence),
    type: flow.type,
    class: DeadLetterClass.REFUSED,
    reason: { code: "RefInvalid", message: "no such ref" },
    attempts: 1,
  });
  await watcher.publish(flow, commit("web", 2n));
  await eventually(() => letters.length === 2);
  expect(letters[1]?.class).toBe(DeadLetterClass.RESOLVED);
  stop.abort();
});

test.concurrent("a handler's short wait brings the message back, and a stop hands back what runs", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const attempts: number[] = [];
  const first = plan(renderer, async ({ attempt }, signal) => {
    attempts.push(attempt);
    if (attempt === 1) return wait(10, "again");
    const { promise, reject: failed } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => failed(signal.reason as Error), { once: true });
    return promise;
  });
  await watcher.publish(flow, commit("web", 1n));
  await eventually(() => attempts.length === 2);
  await first[Symbol.asyncDispose]();
  const { promise: again, resolve } = Promise.withResolvers<number>();
  await using _loops = plan(renderer, async ({ attempt }) => (resolve(attempt), done));
  expect(await again).toBe(3);
});

test.concurrent("a long wait survives the loop, and the newest fact of its subject is handled when it is due", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const { promise: waited, resolve: hasWaited } = Promise.withResolvers<void>();
  const first = plan(renderer, async () => (hasWaited(), wait(31_000, "held")));
  await watcher.publish(flow, commit("web", 1n));
  await waited;
  const status = renderer.bytes("status");
  await eventually(async () => (await status.keys("renderer.*.*")).some((key) => key.includes("commit=2E")));
  await first[Symbol.asyncDispose]();
  const letter = (await status.keys("renderer.*.*")).find((key) => key.includes("commit=2E")) ?? "";
  // Due now: as if the time had passed.
  await status.put(letter, new Uint8Array([0x18, 0x01]));
  const { promise: again, resolve } = Promise.withResolvers<bigint>();
  await using _loops = plan(renderer, async ({ fact }) => (resolve(fact.seq), done));
  expect(await again).toBe(1n);
  await eventually(async () => !(await status.keys("renderer.*.*")).includes(letter));
});
