import { flows, smallProfile, subjectOf } from "@evenkeel/contracts";
import { thisMachine } from "@evenkeel/machine";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { jetstream } from "@nats-io/jetstream";
import { errors } from "@nats-io/nats-core";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { adminOf } from "../topology/admin.fixture.ts";
import { startTestBus, type TestBus } from "../bus.fixture.ts";
import { commit } from "../commit.fixture.ts";
import { dial } from "../wire/connection.ts";
import { watchConnection } from "../wire/connection-watch.ts";
import { inboxPrefix } from "../topology/permissions.ts";
import { openRequests } from "../wire/requests.ts";
import { createSeal } from "../state/seal.ts";
import { signerOf } from "../trust/service-key.ts";
import { watchStream, type WatchOptions } from "./watch-stream.ts";
import { portsOf } from "../wire/ports.ts";
import type { Wire } from "../wire/wire.ts";

/** A connection as services have it, whose questions about a stream can be made to fail as they do on a busy machine. */
const wireOf = async (bus: TestBus) => {
  const { identities, nats } = bus;
  const signer = signerOf(identities.keys["status-api"].seed);
  const nc = await dial(
    { servers: [nats.url], name: "status-api/test", inboxPrefix: inboxPrefix("status-api"), signer },
    portsOf({}),
    5000,
  );
  const js = jetstream(nc);
  const real = await js.jetstreamManager(false);
  const telemetry = recordingTelemetry("status-api");
  let failing = 0;
  let asked = 0;
  let meanwhile: (() => Promise<void>) | undefined;
  const info: typeof real.streams.info = async (...question) => {
    asked++;
    if (failing-- > 0) throw new errors.TimeoutError();
    const answer = await real.streams.info(...question);
    await meanwhile?.();
    return answer;
  };
  const streams = new Proxy(real.streams, {
    get: (target, name) => (name === "info" ? info : (Reflect.get(target, name, target) as () => unknown).bind(target)),
  });
  const jsm = new Proxy(real, {
    get: (target, name) => (name === "streams" ? streams : (Reflect.get(target, name, target) as unknown)),
  });
  const wire: Wire = {
    ...thisMachine,
    nc,
    js,
    jsm,
    requests: openRequests(nc, inboxPrefix("status-api"), thisMachine.clock),
    log: telemetry.log,
    seal: createSeal("test", signer, () => ({ ok: false, why: "" }), "status-api"),
    singleReplica: true,
    connection: watchConnection(nc, true),
  };
  return {
    wire,
    telemetry,
    failInfo: (times: number) => void (failing = times),
    asked: () => asked,
    /** Done between each answer and its arrival. */
    meanwhile: (does: () => Promise<void>) => void (meanwhile = does),
    [Symbol.asyncDispose]: () => nc.close(),
  };
};

const watched = async (wire: Wire, filter: string, options: Partial<WatchOptions> = {}) => {
  const stop = new AbortController();
  const seen: number[] = [];
  let resets = 0;
  await watchStream(
    wire,
    {
      stream: "COMMITS",
      filter,
      checkMs: 1000,
      onMessage: ({ sequence }) => void seen.push(sequence),
      onCaughtUp: () => {},
      onReset: () => void resets++,
      ...options,
    },
    stop.signal,
  );
  return { seen, resets: () => resets, [Symbol.dispose]: () => stop.abort() };
};

const filter = `${subjectOf(flows.commitObserved, commit("web", 1n), smallProfile).split(".").slice(0, 3).join(".")}.>`;

test.concurrent("a question about the stream that fails brings nothing a second time, and ends nothing", async () => {
  await using bus = await startTestBus();
  await using connection = await wireOf(bus);
  const watcher = await bus.connect("source-watcher");
  for (let n = 0; n < 5; n++) await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n));
  using watch = await watched(connection.wire, filter, { from: 1 });
  const before = connection.asked();
  connection.failInfo(3);
  await eventually(() => connection.asked() > before + 3);
  for (let n = 5; n < 10; n++) await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n));
  await eventually(() => watch.seen.length >= 10);
  expect(watch.seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test.concurrent("what comes before the answer to an earlier question is no sign of another stream", async () => {
  await using bus = await startTestBus();
  await using connection = await wireOf(bus);
  const watcher = await bus.connect("source-watcher");
  using watch = await watched(connection.wire, filter, { from: 1 });
  let told = 0;
  connection.meanwhile(async () => {
    told += 1;
    await watcher.publish(flows.commitObserved, commit(`s${told}`, 1n));
    await eventually(() => watch.seen.length === told);
  });
  await eventually(() => watch.seen.length >= 3, { timeoutMs: 20_000 });
  expect([watch.seen.slice(0, 3), watch.resets()]).toEqual([[1, 2, 3], 0]);
});

test.concurrent("a watch that comes back after it could not be opened goes on where it was", async () => {
  await using bus = await startTestBus();
  await using connection = await wireOf(bus);
  const watcher = await bus.connect("source-watcher");
  for (let n = 0; n < 5; n++) await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n));
  using watch = await watched(connection.wire, filter, { from: 3 });
  await using admin = await adminOf(bus);
  connection.failInfo(Infinity);
  for await (const { name } of admin.jsm.consumers.list("COMMITS"))
    if (name.startsWith("w_")) await admin.jsm.consumers.delete("COMMITS", name);
  await eventually(() => connection.telemetry.logs.some(({ msg }) => msg === "watch could not be opened"), {
    timeoutMs: 20_000,
  });
  connection.failInfo(0);
  await watcher.publish(flows.commitObserved, commit("s9", 1n));
  await eventually(() => watch.seen.includes(6), { timeoutMs: 20_000 });
  expect([watch.seen, watch.resets()]).toEqual([[3, 4, 5, 6], 0]);
});

// COMMITS is written behind its acknowledgements: a killed server may have kept all five, some or none.
test.concurrent("a watch from a place that saw nothing yet tells the loss, and never goes back before it", async () => {
  await using bus = await startTestBus();
  await using connection = await wireOf(bus);
  const watcher = await bus.connect("source-watcher");
  for (let n = 0; n < 5; n++) await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n));
  using watch = await watched(connection.wire, filter, { from: 6 });
  await bus.nats.kill();
  await bus.restart();
  await eventually(() => watch.resets() === 1, { timeoutMs: 20_000 });
  for (let n = 5; n < 11; n++) await watcher.publish(flows.commitObserved, commit(`s${n}`, 1n));
  await eventually(() => watch.seen.length > 0, { timeoutMs: 20_000 });
  expect(watch.seen.filter((sequence) => sequence < 6)).toEqual([]);
});
