import { CommitObserved, DeadLetterClass, type DeadLetter, flows, subjectOf, smallProfile } from "@evenkeel/contracts";
import { connect } from "@nats-io/transport-node";
import { headers, nkeyAuthenticator } from "@nats-io/nats-core";
import { eventually } from "@evenkeel/testing";
import { recordingTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { installation, startTestBus, type TestBus } from "./bus-fixture.ts";
import { BusConflict, BusRefused } from "./bus-errors.ts";
import { createMailbox, Superseded } from "./mailbox.ts";
import { type Bus, type Delivery, done, type Handler, reject, wait } from "./port.ts";
import { route } from "./route.ts";
import { signerOf } from "./service-key.ts";
import { factText } from "./sign-fact.ts";

const flow = flows.commitObserved;
const commit = (source: string, seq: bigint) => CommitObserved.fromPartial({ source, seq, revision: "a".repeat(40) });

/** The renderer's planner loops, with one handler. */
const plan = (renderer: Bus, handle: Handler<CommitObserved>, options: { readonly reset?: boolean } = {}) => {
  const stop = new AbortController();
  const mailbox = createMailbox();
  const loops = [0, 1, 2, 3].map((s) =>
    renderer.consume(`planner-${s}`, [route(flow, handle)], { mailbox, ...options }, stop.signal),
  );
  return {
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("test ends"));
      await Promise.all(loops);
    },
  };
};

/** Dead letters as the status-api sees them. */
const viewLetters = async (bus: TestBus, signal: AbortSignal): Promise<DeadLetter[]> => {
  const letters: DeadLetter[] = [];
  const viewer = await bus.connect("status-api");
  await viewer.view(
    "DEADLETTERS",
    "deadletter.>",
    { onEntry: ({ fact }) => void letters.push(fact as DeadLetter) },
    signal,
  );
  return letters;
};

/** A client with the key of one service that sends what it likes. */
const rawClient = (bus: TestBus, service: "source-watcher" | "applier") =>
  connect({
    servers: bus.nats.url,
    inboxPrefix: `_INBOX_${service}`,
    authenticator: nkeyAuthenticator(new TextEncoder().encode(bus.identities.keys[service].seed)),
  });

test("a fact reaches its durable once, verified, in the trace it was published in", async () => {
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

test("compare-and-set lets one of many writers win", async () => {
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

test("a newer fact ends the running handler's signal, and only the newest of those waiting is handled", async () => {
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

test("a refused fact becomes a dead letter, and a later one that is handled ends it", async () => {
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

test.each([
  ["that is not signed", { sign: "nobody", body: commit("web", 1n) }],
  ["signed by another service", { sign: "applier", body: commit("web", 1n) }],
  ["whose body belongs to another subject", { sign: "source-watcher", body: commit("other", 1n) }],
  ["that does not decode", { sign: "source-watcher", body: undefined }],
] as const)("a message %s is quarantined, seen by no handler and by no view", async (_title, { sign, body }) => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const renderer = await bus.connect("renderer");
  let handled = 0;
  await using _loops = plan(renderer, async () => (handled++, done));
  const viewed: unknown[] = [];
  await (
    await bus.connect("status-api", "two")
  ).view("COMMITS", "commit.>", { onEntry: (entry) => viewed.push(entry) }, stop.signal);

  const subject = subjectOf(flow, commit("web", 1n), smallProfile);
  const data = body === undefined ? Uint8Array.of(0xff, 0xff) : flow.codec.encode(body).finish();
  const head = headers();
  head.set("Ek-Type", flow.type);
  head.set("Ek-Schema", "1");
  if (sign !== "nobody") {
    const signer = signerOf(bus.identities.keys[sign].seed);
    const signature = signer.sign(factText(installation, subject, flow.type, data));
    head.set("Ek-Sig", `${signer.publicKey}:${Buffer.from(signature).toString("base64")}`);
  }
  const forger = await rawClient(bus, "source-watcher");
  forger.publish(subject, data, { headers: head });
  await eventually(() => letters.length === 1);
  await forger.close();
  expect(letters[0]).toMatchObject({ class: DeadLetterClass.QUARANTINED, reason: { code: "MessageRefused" }, subject });
  expect(handled).toBe(0);
  expect(viewed).toEqual([]);
  stop.abort();
});

test("the server refuses another service's fact, a foreign durable and a foreign inbox", async () => {
  await using bus = await startTestBus();
  const applier = await bus.connect("applier");
  await expect(applier.publish(flow, commit("web", 1n))).rejects.toBeInstanceOf(BusRefused);
  const desired = flows.desiredStateChanged;
  const forged = desired.codec.decode(new Uint8Array());
  await expect(
    applier.publish(desired, { ...forged, unit: { cluster: "c", app: "a", appUid: "" } }),
  ).rejects.toBeInstanceOf(BusRefused);
  await expect(applier.consume("planner-0", [], { reset: true }, AbortSignal.timeout(5000))).rejects.toBeInstanceOf(
    BusRefused,
  );
  const raw = await rawClient(bus, "applier");
  const { promise: refused, resolve } = Promise.withResolvers<string>();
  raw.subscribe("_INBOX_renderer.>", { callback: (error) => resolve(String(error)) });
  expect(await refused).toMatch(/permissions violation/i);
  await raw.close();
});

test("a handler's short wait brings the message back, and a stop hands back what runs", async () => {
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

test("a long wait survives the loop, and the newest fact of its subject is handled when it is due", async () => {
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
