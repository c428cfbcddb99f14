import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { DeadLetterClass, smallProfile, sourceShardOf } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { startTestBus } from "../bus.fixture.ts";
import { BusUnavailable } from "../bus-errors.ts";
import { commit, flow, plan, viewLetters } from "../commit.fixture.ts";
import { done, type Outcome, reject, wait } from "../port.ts";

/** What each handling of a source ended with, by the source's name; the third one is done. */
const endings: Readonly<Record<string, { readonly end: () => Outcome; readonly ms: number }>> = {
  second: { end: () => wait(1000, "soon"), ms: 1000 },
  fraction: { end: () => wait(1333.333_333, "soon"), ms: 1333 },
  longer: { end: () => wait(2500, "soon"), ms: 2500 },
  nonsense: { end: () => wait(Number.NaN, "a mistake"), ms: 1000 },
  thrown: {
    end: () => {
      throw new Error("boom");
    },
    ms: 1000,
  },
  away: {
    end: () => {
      throw new BusUnavailable("away");
    },
    ms: 1000,
  },
};

test.concurrent("a delay of a second or more is kept by the server, whatever ended the handler", async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const starts = new Map<string, number[]>();
  await using _loops = plan(renderer, async ({ fact: { source } }) => {
    const times = starts.get(source) ?? [];
    starts.set(source, times);
    times.push(performance.now());
    return times.length > 2 ? done : (endings[source]?.end() ?? done);
  });
  await Promise.all(Object.keys(endings).map((source) => watcher.publish(flow, commit(source, 1n))));
  await eventually(() => Object.keys(endings).every((source) => starts.get(source)?.length === 3), {
    timeoutMs: 20_000,
  });
  for (const [source, { ms }] of Object.entries(endings)) {
    const [first = 0, second = 0, third = 0] = starts.get(source) ?? [];
    // The server's timers are its own: a little early is no harm, at once is.
    expect(second - first, source).toBeGreaterThan(ms * 0.75);
    expect(third - second, source).toBeGreaterThan(ms * 0.75);
  }
  expect(letters).toEqual([]);
  expect(await readFile(join(bus.nats.folder, "nats-server.log"), "utf8")).not.toMatch(/bad NAK/i);
  stop.abort();
}, 30_000);

test.concurrent("many that wait keep nobody else of their shard from being handled", async () => {
  await using bus = await startTestBus();
  const watcher = await bus.connect("source-watcher");
  const renderer = await bus.connect("renderer");
  const ofShard = Array.from({ length: 400 }, (_unused, n) => `s${n}`).filter(
    (source) => sourceShardOf(source, smallProfile) === 0,
  );
  const [last = "", ...waiting] = ofShard.slice(0, 61);
  const waited: string[] = [];
  const handled = Promise.withResolvers<number>();
  await using _loops = plan(renderer, async ({ fact: { source } }) => {
    if (source === last) return (handled.resolve(waited.length), done);
    waited.push(source);
    return wait(20_000, "held");
  });
  await Promise.all(waiting.map((source) => watcher.publish(flow, commit(source, 1n))));
  await eventually(() => waited.length === 60);
  await watcher.publish(flow, commit(last, 1n));
  // Before any of those that wait had its time.
  expect(await handled.promise).toBe(60);
});

test.concurrent("what was set aside is tried again by the next owner, and its end is told", async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const watcher = await bus.connect("source-watcher");
  const first = plan(await bus.connect("renderer", "one"), async () => reject("RefInvalid", "no such ref"));
  await watcher.publish(flow, commit("web", 1n));
  await eventually(() => letters.length === 1);
  await first[Symbol.asyncDispose]();
  const handled = Promise.withResolvers<bigint>();
  const mended = await bus.connect("renderer", "two");
  await using _loops = plan(mended, async ({ fact }) => (handled.resolve(fact.seq), done), { reset: true });
  expect(await handled.promise).toBe(1n);
  await eventually(() => letters.length === 2);
  expect(letters.map((letter) => letter.class)).toEqual([DeadLetterClass.REFUSED, DeadLetterClass.RESOLVED]);
  const status = mended.bytes("status");
  await eventually(async () => !(await status.keys("renderer.*.*")).some((key) => key.includes("commit=2E")));
  stop.abort();
});

test.concurrent("a message that is set aside, done and set aside again within minutes is told each time", async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const watcher = await bus.connect("source-watcher");
  const outcomes: readonly Outcome[] = [reject("RefInvalid", "no"), done, reject("RefInvalid", "no")];
  await watcher.publish(flow, commit("web", 1n));
  const renderer = await bus.connect("renderer");
  for (const [n, outcome] of outcomes.entries()) {
    // On one replica a process that did not end cleanly is given everything again.
    const loops = plan(n === 0 ? renderer : await bus.connect("renderer", `restart-${n}`), async () => outcome, {
      reset: true,
    });
    await eventually(() => letters.length === n + 1);
    await loops[Symbol.asyncDispose]();
  }
  expect(letters.map((letter) => letter.class)).toEqual([
    DeadLetterClass.REFUSED,
    DeadLetterClass.RESOLVED,
    DeadLetterClass.REFUSED,
  ]);
  stop.abort();
});
