import { CommitObserved, flows } from "@evenkeel/contracts";
import { thisMachine } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { BusUnavailable } from "../bus-errors.ts";
import type { Core } from "../core.ts";
import type { SetAside } from "./dead-letter.ts";
import { type Loop, handleDelivery } from "./handle-delivery.ts";
import { createMessagingMetrics } from "../facts/messaging-metrics.ts";
import { Superseded } from "./mailbox.ts";
import { done, type Outcome, reject, wait } from "../port.ts";
import { noTries, type Tries } from "./quarantine-rule.ts";
import type { RawFact } from "../facts/read-fact.ts";
import { route } from "./route.ts";

/** A loop that writes down what happens to its one message. */
const setUp = (
  handle: (signal: AbortSignal) => Promise<Outcome>,
  changes: {
    readonly starts?: number;
    readonly sinceFirstMs?: number;
    readonly deadlineSeconds?: number;
    readonly before?: Tries;
  } = {},
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
      setAside: async (_raw: RawFact, { kind, reason }: SetAside) => (tell(`${kind} ${reason.code}`), {}),
      resolve: async () => {},
    },
    memory: {
      started: async () => ({ starts: changes.starts ?? 1, sinceFirstMs: changes.sinceFirstMs ?? 60_000 }),
      ended: () => {},
      waits: async () => {},
    },
    waits: {
      wait: async (_subject: string, ms: number) => tell(`wait ${ms / 1000} s`),
      revisit: async () => tell("look again later"),
      end: () => {},
    },
    failures: new Map(changes.before === undefined ? [] : [[1, changes.before]]),
  } as unknown as Loop;
  const core = {
    wire: { ...thisMachine, log: telemetry.log },
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
    await handleDelivery(core, loop, work, { isRepeat, replaced: [] }, stop);
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
    /^refused PruneBudget,look again later,term PruneBudget$/,
  ],
])("%s", async (_title, outcome, wanted) => {
  expect((await setUp(async () => outcome).run()).join(",")).toMatch(wanted);
});

const unexpected = new Error("boom");
const quarantined = "quarantined Unexpected,look again later,term Unexpected";
const ago = (ms: number): number => performance.now() - ms;

test.each<[string, Error, Tries, RegExp | string]>([
  ["the first", unexpected, noTries, /^nak 1 s$/],
  ["a fourth, after a minute", unexpected, { count: 3, telling: 3, since: ago(60_000) }, /^nak (6|7|8|9|10) s$/],
  ["a fifth within a minute", unexpected, { count: 4, telling: 4, since: ago(50_000) }, /^nak 1\d s$/],
  ["a fifth after a minute", unexpected, { count: 4, telling: 4, since: ago(60_000) }, quarantined],
  ["a fifth, four of them a fault that passes", unexpected, { count: 4, telling: 0, since: 0 }, /^nak 1\d s$/],
  [
    "a hundredth of a bus that is away",
    new BusUnavailable("away"),
    { count: 99, telling: 0, since: 0 },
    /^nak (4|5|6|7)\d s$/,
  ],
  [
    "a passing one after four that were not",
    new BusUnavailable("away"),
    { count: 9, telling: 4, since: ago(600_000) },
    /^nak (4|5|6|7)\d s$/,
  ],
])("a throw: %s", async (_title, error, before, wanted) => {
  expect((await setUp(() => Promise.reject(error), { before }).run()).join(",")).toMatch(wanted);
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

test("the fifth start without an outcome in a minute is not made", async () => {
  let starts = 0;
  const handle = async (): Promise<Outcome> => (starts++, done);
  expect((await setUp(handle, { starts: 5 }).run(true)).join(",")).toBe(quarantined);
  expect(starts).toBe(0);
  expect(await setUp(handle, { starts: 5, sinceFirstMs: 59_990 }).run(true)).toEqual(["ack"]);
  expect(starts).toBe(1);
  expect(await setUp(handle, { starts: 4 }).run(true)).toEqual(["ack"]);
  expect(starts).toBe(2);
});
