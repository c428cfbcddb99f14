import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { DeadLetterClass, WorkStatus } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { type OpenBus, startTestBus, type TestBus } from "../bus.fixture.ts";
import { commit, flow, plan, viewLetters } from "../commit.fixture.ts";
import { done, type Outcome } from "../port.ts";

const PROCESS_MS = 20_000;
/** As long as the processes of a test may take that start one after another, and some more. */
const PATIENCE = { timeout: 6 * PROCESS_MS + 10_000 };

/** A renderer process that is killed while it works on the commit that it was just given. */
const killAtWork = async (bus: TestBus, seq: bigint): Promise<void> => {
  const config = JSON.stringify(bus.config("renderer", "victim"));
  const file = join(import.meta.dirname, "../testdata/work-on-a-commit.ts");
  const child = spawn(process.execPath, [file, config, String(seq)], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: PROCESS_MS,
    killSignal: "SIGKILL",
  });
  const ended = once(child, "exit");
  const why = await Promise.race([once(child.stdout, "data").then(() => "works"), ended.then(() => "ended")]);
  child.kill("SIGKILL");
  await ended;
  expect(why).toBe("works");
};

test.concurrent("kills over newer and newer messages of a subject set no fresh message aside", PATIENCE, async () => {
  await using bus = await startTestBus();
  const stop = new AbortController();
  const letters = await viewLetters(bus, stop.signal);
  const watcher = await bus.connect("source-watcher");
  for (let seq = 1n; seq <= 5n; seq += 1n) {
    await watcher.publish(flow, commit("web", seq));
    await killAtWork(bus, seq);
  }
  await watcher.publish(flow, commit("web", 6n));
  const handled = Promise.withResolvers<bigint>();
  await using _loops = plan(
    await bus.connect("renderer", "last"),
    async ({ fact }) => (handled.resolve(fact.seq), done),
    {
      reset: true,
    },
  );
  expect(await handled.promise).toBe(6n);
  expect(letters).toEqual([]);
  stop.abort();
});

/** The only entry of the renderer's memory, as if what it counts had begun an hour ago. */
const anHourAgo = async (renderer: OpenBus, change: Partial<WorkStatus> = {}): Promise<void> => {
  const status = renderer.bucket("status", WorkStatus);
  const [key = ""] = (await status.keys("renderer.*.*")).filter((name) => name.includes("commit=2E"));
  const before = (await status.get(key))?.value ?? WorkStatus.fromPartial({});
  await status.put(key, { ...before, firstStartMs: BigInt(Date.now() - 3_600_000), ...change });
};

test.concurrent(
  "the message that ends its process again and again is set aside by the fifth, and tried again later",
  PATIENCE,
  async () => {
    await using bus = await startTestBus();
    const stop = new AbortController();
    const letters = await viewLetters(bus, stop.signal);
    const watcher = await bus.connect("source-watcher");
    await watcher.publish(flow, commit("web", 1n));
    for (let n = 1; n <= 4; n += 1) await killAtWork(bus, 1n);
    const renderer = await bus.connect("renderer", "last");
    await anHourAgo(renderer);
    let handled = 0;
    const handle = async (): Promise<Outcome> => (handled++, done);
    const loops = plan(renderer, handle, { reset: true });
    await eventually(() => letters.length === 1);
    expect(letters[0]).toMatchObject({ class: DeadLetterClass.QUARANTINED, attempts: 5 });
    expect(handled).toBe(0);
    await loops[Symbol.asyncDispose]();

    await anHourAgo(renderer, { nextRetryMs: 1n });
    await using _again = plan(renderer, handle, { reset: true });
    await eventually(() => letters.length === 2);
    expect([letters[1]?.class, handled]).toEqual([DeadLetterClass.RESOLVED, 1]);
    stop.abort();
  },
);
