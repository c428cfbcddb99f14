import { CommitObserved, flows } from "@evenkeel/contracts";
import { silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import type { Core } from "./core.ts";
import { type Loop, handleDelivery } from "./handle-delivery.ts";
import { createMessagingMetrics } from "./messaging-metrics.ts";
import { Superseded } from "./mailbox.ts";
import { done, type Outcome, reject, wait } from "./port.ts";
import type { RawFact } from "./read-fact.ts";
import { route } from "./route.ts";

/** A loop that writes down what happens to its one message. */
const setUp = (
  handle: (signal: AbortSignal) => Promise<Outcome>,
  changes: { readonly starts?: number; readonly deadlineSeconds?: number } = {},
) => {
  const told: string[] = [];
  const tell = (what: string): void => void told.push(what);
  const message = {
    ack: () => tell("ack"),
    nak: (ms?: number) => tell(ms === undefined ? "nak" : `nak ${Math.round(ms / 1000)} s`),
    term: (reason?: string) => tell(`term ${reason}`),
    park: () => tell("park"),
    working: () => {},
  };
  const stopLoop = new AbortController();
  const telemetry = silentTelemetry();
  const loop = {
    durable: { name: "planner-0", deadlineSeconds: changes.deadlineSeconds ?? 60 },
    signal: stopLoop.signal,
    holding: { settle: (_sequence: number, how: (held: typeof message) => void) => how(message) },
    deadLetters: {
      setAside: async (_raw: RawFact, kind: string, reason: { readonly code: string }) => (
        tell(`${kind} ${reason.code}`),
        true
      ),
      resolve: async () => {},
    },
    memory: { started: async () => changes.starts ?? 1, ended: () => {}, waits: async () => {} },
    waits: { wait: async (_subject: string, ms: number) => tell(`wait ${ms / 1000} s`), end: () => {} },
    failures: new Map<number, number>(),
  } as unknown as Loop;
  const core = {
    wire: { log: telemetry.log },
    telemetry,
    metrics: createMessagingMetrics(telemetry.meter),
    service: "renderer",
  } as unknown as Core;
  const fact = CommitObserved.fromPartial({ source: "web", seq: 1n });
  const raw: RawFact = {
    subject: "ek.v1.commit.0.web",
    data: new Uint8Array(),
    header: () => "",
    sequence: 1,
    attempt: 1,
    at: new Date(),
  };
  const delivery = {
    fact,
    type: "",
    subject: raw.subject,
    sequence: 1,
    attempt: 1,
    publishedAt: raw.at,
    trace: undefined,
  };
  const read = { ok: true, flow: flows.commitObserved as never, delivery } as const;
  const run = async (
    isRepeat = false,
    stop: AbortSignal = new AbortController().signal,
  ): Promise<readonly string[]> => {
    told.length = 0;
    const work = { raw, read, route: route(flows.commitObserved, (_delivery, signal) => handle(signal)) };
    await handleDelivery(core, loop, work, isRepeat, stop, []);
    return [...told];
  };
  return { run, stopLoop };
};

/** Ends as its signal does. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, failed) =>
    signal.addEventListener("abort", () => failed(signal.reason as Error), { once: true }),
  );

test.each<[string, Outcome, RegExp]>([
  ["done is acknowledged", done, /^ack$/],
  ["a short wait stays on the stream", wait(10_000, "slow"), /^nak (8|9|10|11|12) s$/],
  ["a long wait leaves the stream, after it was stored", wait(300_000, "held"), /^wait 300 s,park$/],
  [
    "a refusal is set aside and ended with its code",
    reject("PruneBudget", "too many"),
    /^refused PruneBudget,term PruneBudget$/,
  ],
])("%s", async (_title, outcome, wanted) => {
  expect((await setUp(async () => outcome).run()).join(",")).toMatch(wanted);
});

test("a throw is tried again, later each time, and set aside the fifth time", async () => {
  const { run } = setUp(() => Promise.reject(new Error("boom")));
  const told: string[] = [];
  for (let n = 0; n < 5; n++) told.push((await run()).join(","));
  expect(told.slice(0, 4).every((what) => /^nak \d+ s$/.test(what))).toBe(true);
  expect(told[4]).toBe("quarantined Unexpected,term Unexpected");
});

test("a handler that runs past the deadline is told so, and has failed", async () => {
  const { run } = setUp(untilAborted, { deadlineSeconds: 0.02 });
  expect((await run()).join(",")).toMatch(/^nak 1 s$/);
});

test("a superseded handler's message is acknowledged, however it ended", async () => {
  const stop = new AbortController();
  const { run } = setUp(untilAborted);
  const ended = run(false, stop.signal);
  stop.abort(new Superseded("newer"));
  expect(await ended).toEqual(["ack"]);
});

test("what is cut short by our own stop comes back at once and is no failure", async () => {
  const { run, stopLoop } = setUp(untilAborted);
  const ended = run();
  stopLoop.abort(new Error("lease ended"));
  expect(await ended).toEqual(["nak"]);
});

test("the fifth start without an outcome is not made", async () => {
  let starts = 0;
  const handle = async (): Promise<Outcome> => (starts++, done);
  expect(await setUp(handle, { starts: 5 }).run(true)).toEqual(["quarantined Unexpected", "term Unexpected"]);
  expect(starts).toBe(0);
  expect(await setUp(handle, { starts: 4 }).run(true)).toEqual(["ack"]);
  expect(starts).toBe(1);
});
