import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { flowsOf, CommitObserved, flows, Lease as LeaseValue, SeqCounter } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { silentTelemetry } from "@evenkeel/telemetry";
import { smallProfile } from "@evenkeel/contracts";
import { expect, test } from "vitest";

import { adminOf } from "../topology/admin.fixture.ts";
import { installation, startTestBus } from "../bus.fixture.ts";
import { createMailbox } from "../consume/mailbox.ts";
import { migrateBus } from "../topology/migrate.ts";
import { type Bus, done, type Lease } from "../port.ts";
import { route } from "../consume/route.ts";

const flow = flows.commitObserved;
const commit = (source: string, seq: bigint) => CommitObserved.fromPartial({ source, seq });

const collect = (renderer: Bus, signal: AbortSignal) => {
  const handled: bigint[] = [];
  const handle = route(flow, async ({ fact }) => (handled.push(fact.seq), done));
  const mailbox = createMailbox();
  const loops = [0, 1, 2, 3].map((s) => renderer.consume(`planner-${s}`, [handle], { mailbox }, signal));
  return { handled, ended: Promise.all(loops) };
};

test.concurrent("after a killed server came back, a publish in flight, the loops and the views go on", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const stop = new AbortController();
  const loops = collect(renderer, stop.signal);
  const viewed: bigint[] = [];
  let resets = 0;
  const onEntry = ({ fact }: { readonly fact: unknown }): void => void viewed.push((fact as CommitObserved).seq);
  const onReset = (): void => void (resets++, (viewed.length = 0));
  await renderer.view(flowsOf("COMMITS"), {}, { onEntry, onReset }, stop.signal);
  await watcher.publish(flow, commit("web", 1n));
  await eventually(() => loops.handled.includes(1n) && viewed.includes(1n));

  await bus.nats.kill();
  const inFlight = watcher.publish(flow, commit("web", 2n), { expectLast: 1 });
  const counted = watcher.bucket("tips", SeqCounter).create("seq", { last: 7n, floor: 0n });
  await bus.restart();
  await Promise.all([inFlight, counted]);
  await eventually(() => loops.handled.includes(2n));
  await eventually(() => viewed.includes(2n));
  expect(resets).toBe(1);
  stop.abort();
  await loops.ended;
});

test.concurrent("a watch whose consumer is gone sees what comes next, leases and facts", async () => {
  await using bus = await startTestBus();
  await using owner = await adminOf(bus);
  const watcher = await bus.connect("source-watcher");
  const applier = await bus.connect("applier");
  const stop = new AbortController();
  const facts: unknown[] = [];
  const leases: string[] = [];
  await watcher.view(flowsOf("COMMITS"), {}, { onEntry: (entry) => facts.push(entry) }, stop.signal);
  await watcher.bucket("leases", LeaseValue).watch(">", { onEntry: ({ key }) => leases.push(key) }, stop.signal);
  for (const stream of ["COMMITS", "KV_leases"]) {
    for await (const { name } of owner.jsm.consumers.list(stream))
      if (name.startsWith("w_")) await owner.jsm.consumers.delete(stream, name);
  }
  await watcher.publish(flow, commit("web", 1n));
  await applier.bucket("leases", LeaseValue).create("applier.x", { owner: "me", epoch: 0n, released: false });
  await eventually(() => leases.length > 0);
  await eventually(() => facts.length > 0, { timeoutMs: 20_000 });
  stop.abort();
}, 30_000);

test.concurrent("a watch whose tail has expired is not opened for ever", async () => {
  await using bus = await startTestBus();
  await using owner = await adminOf(bus);
  const applier = await bus.connect("applier");
  const stop = new AbortController();
  const members = applier.bytes("members");
  await members.put("applier.gone", new Uint8Array([1]));
  const seen: string[] = [];
  await members.watch("applier.*", { onEntry: ({ key }) => seen.push(key) }, stop.signal);
  const watches = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { name } of owner.jsm.consumers.list("KV_members")) names.push(name);
    return names;
  };
  const [first] = await watches();
  // The tail is gone, and so is the consumer that had seen it.
  await owner.jsm.streams.purge("KV_members");
  await owner.jsm.consumers.delete("KV_members", first ?? "");
  const second = await eventually(async () => (await watches()).find((name) => name !== first) ?? false);
  await members.put("applier.new", new Uint8Array([1]));
  await eventually(() => seen.includes("applier.new"));
  await eventually(async () => (await watches()).length === 1);
  expect(await watches()).toEqual([second]);
  stop.abort();
}, 20_000);

test.concurrent("loops and views survive that their stream is deleted and made again", async () => {
  await using bus = await startTestBus();
  await using owner = await adminOf(bus);
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const stop = new AbortController();
  const loops = collect(renderer, stop.signal);
  let viewed: bigint[] = [];
  let resets = 0;
  await renderer.view(
    flowsOf("COMMITS"),
    {},
    { onEntry: ({ fact }) => viewed.push((fact as CommitObserved).seq), onReset: () => void (resets++, (viewed = [])) },
    stop.signal,
  );
  await watcher.publish(flow, commit("web", 1n));
  await eventually(() => loops.handled.includes(1n) && viewed.includes(1n));
  await owner.jsm.streams.delete("COMMITS");
  const { seed } = bus.identities.migrate;
  await migrateBus({ servers: [bus.nats.url], installation, seed, counts: smallProfile }, silentTelemetry().log);
  await watcher.publish(flow, commit("web", 2n));
  await eventually(() => loops.handled.includes(2n), { timeoutMs: 12_000 });
  await eventually(() => viewed.includes(2n), { timeoutMs: 12_000 });
  expect([resets, viewed]).toEqual([1, [2n]]);
  stop.abort();
  await loops.ended;
}, 40_000);

const holder = (bus: Bus, signal: AbortSignal) => {
  const held: Lease[] = [];
  const endedAt: number[] = [];
  const run = async (lease: Lease, until: AbortSignal): Promise<void> => {
    held.push(lease);
    const { promise, resolve } = Promise.withResolvers<void>();
    until.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    endedAt.push(performance.now());
  };
  return { held, endedAt, ended: bus.holdShards({ shards: ["0"], run }, signal) };
};

test.concurrent("the shard of a killed process is taken after its expiry, with a higher epoch", async () => {
  await using bus = await startTestBus();
  const config = JSON.stringify(bus.config("applier", "killed"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "../testdata/hold-a-shard.ts"), config], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const epoch = BigInt(line.toString().trim());
  child.kill("SIGKILL");
  const stop = new AbortController();
  const next = holder(await bus.connect("applier", "next"), stop.signal);
  await eventually(() => next.held.length === 1, { timeoutMs: 25_000 });
  expect(next.held[0]?.epoch).toBeGreaterThan(epoch);
  stop.abort();
  await next.ended;
}, 40_000);

test.concurrent("without the bus a lease is over 10 s after its last renewal", async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const one = holder(await bus.connect("applier"), stop.signal);
  await eventually(() => one.held.length === 1);
  expect(one.held[0]?.live()).toBe(true);
  await bus.nats.kill();
  const killedAt = performance.now();
  // Whoever is late to look finds it over: it is by the clock that it ends, not by a timer.
  await eventually(() => performance.now() - killedAt > 10_000, { timeoutMs: 20_000 });
  expect(one.held[0]?.live()).toBe(false);
  await eventually(() => one.endedAt.length === 1);
  expect((one.endedAt[0] ?? 0) - killedAt).toBeGreaterThan(7000);
  await bus.restart();
  await eventually(() => one.held.length === 2, { timeoutMs: 10_000 });
  expect(one.held[1]!.epoch).toBeGreaterThan(one.held[0]!.epoch);
  stop.abort();
  await one.ended;
}, 40_000);

test.concurrent("kills of the server neither lose nor double a synced write that is under way", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const tips = watcher.bucket("tips", SeqCounter);
  const stop = new AbortController();
  let writes = 0;
  // Each lane is the only writer of its key: a conflict would be its own write taken for another's.
  const lane = async (_unused: unknown, n: number): Promise<readonly [bigint, bigint | undefined]> => {
    let last = 0n;
    let revision = 0;
    while (!stop.signal.aborted) {
      revision = await tips.update(`src.lane${n}`, { last: last + 1n, floor: 0n }, revision);
      last += 1n;
      writes++;
    }
    return [last, (await tips.get(`src.lane${n}`))?.value?.last];
  };
  const lanes = Array.from({ length: 16 }, lane);
  let server = bus.nats;
  for (let round = 0; round < 3; round++) {
    const before = writes;
    await eventually(() => writes > before + 50);
    await server.kill();
    server = await bus.restart();
  }
  const before = writes;
  await eventually(() => writes > before + 50);
  stop.abort();
  for (const [written, stored] of await Promise.all(lanes)) expect(stored).toBe(written);
});
