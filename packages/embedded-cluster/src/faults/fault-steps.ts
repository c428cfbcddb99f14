import type { Clock } from "@evenkeel/machine";
import { ConnectionBroken } from "../front/connection-broken.ts";
import type { ApiAnswer, ApiRequest } from "../server/exchange.ts";
import { FAULT_WEBHOOK } from "./admission-faults.ts";
import { partialDiscovery } from "./discovery-faults.ts";
import type { Fault, FaultKind, FaultOf } from "./fault-script.ts";
import { refuseHanging, refuseRights, refuseStale } from "./refuse-request.ts";
import { damaged, errorAnswer, expiredAnswer, throttled } from "./refusing-answers.ts";
import type { StaleReads } from "./stale-reads.ts";
import { passed, untilAborted } from "./waiting.ts";

/** What faults reach beside the request. */
export interface FaultWorld {
  readonly clock: Clock;
  readonly jump: (ms: number) => void;
  readonly random: () => number;
  readonly stale: StaleReads;
  readonly keepBackup: () => void;
  readonly goBack: () => void;
}

type Before<K extends FaultKind> = (
  fault: FaultOf<K>,
  world: FaultWorld,
  request: ApiRequest,
) => ApiAnswer | undefined | void | Promise<ApiAnswer | void>;
type After<K extends FaultKind> = (
  fault: FaultOf<K>,
  world: FaultWorld,
  request: ApiRequest,
  answer: ApiAnswer,
) => ApiAnswer | undefined | Promise<undefined>;

const isBefore = (fault: { readonly moment?: "before" | "after" }): boolean => fault.moment !== "after";

const NEVER = new AbortController().signal;
const late = ({ ms, upToMs }: FaultOf<"latency">, { clock, random }: FaultWorld, signal: AbortSignal) =>
  passed(clock, ms + random() * Math.max(0, (upToMs ?? ms) - ms), signal);

const neverAnswer = async (signal: AbortSignal): Promise<never> => {
  await untilAborted(signal);
  throw new ConnectionBroken("half-open");
};

/** What comes before the effect; an answer, or a throw, ends the request there. */
const BEFORE: { readonly [K in FaultKind]?: Before<K> } = {
  // A write that is on its way arrives, also after its client has given it up.
  latency: (fault, world, { method, signal }) =>
    isBefore(fault) ? late(fault, world, method === "GET" ? signal : NEVER) : undefined,
  "clock-jump": ({ ms }, world) => world.jump(ms),
  backup: (_fault, world) => world.keepBackup(),
  regress: (_fault, world) => world.goBack(),
  throttle: ({ retryAfterSeconds }) => throttled(retryAfterSeconds ?? 1),
  error: (fault) => (isBefore(fault) ? errorAnswer(fault) : undefined),
  stale: (_fault, _world, request) => refuseStale(request),
  forbidden: (_fault, _world, request) => refuseRights(request),
  "hanging-webhook": async ({ seconds = 10 }, { clock }, { signal }) => {
    await passed(clock, seconds * 1_000, signal);
    return refuseHanging(FAULT_WEBHOOK, seconds);
  },
  reset: (fault) => {
    if (isBefore(fault)) throw new ConnectionBroken("reset before the request was carried out");
  },
  "half-open": (fault, _world, { signal }) => (isBefore(fault) ? neverAnswer(signal) : undefined),
  "expire-watch": ({ as }) => (as === "status" ? expiredAnswer : undefined),
};

/** What becomes of the answer of a request that was carried out; `undefined` leaves it. */
const AFTER: { readonly [K in FaultKind]?: After<K> } = {
  latency: (fault, world, { signal }) => (isBefore(fault) ? undefined : late(fault, world, signal)),
  error: (fault) => errorAnswer(fault),
  reset: () => {
    throw new ConnectionBroken("reset after the request was carried out");
  },
  "half-open": (_fault, _world, { signal }) => neverAnswer(signal),
  body: ({ form }, _world, _request, answer) => damaged(answer, form),
  "stale-read": (_fault, { stale }, { path }) => stale.older(path),
  "partial-discovery": ({ group }, _world, request, answer) => partialDiscovery(request, answer, group),
};

/** Runs what comes before the effect, in the script's order; an answer ends it there. */
export const runBefore = async (
  faults: readonly Fault[],
  world: FaultWorld,
  request: ApiRequest,
): Promise<ApiAnswer | undefined> => {
  for (const fault of faults) {
    const refused = await (BEFORE[fault.kind] as Before<FaultKind> | undefined)?.(fault, world, request);
    if (refused !== undefined) return refused as ApiAnswer;
  }
  return undefined;
};

/** Runs what comes after it. */
export const runAfter = async (
  faults: readonly Fault[],
  world: FaultWorld,
  request: ApiRequest,
  fresh: ApiAnswer,
): Promise<ApiAnswer> => {
  let answer = fresh;
  for (const fault of faults) {
    answer = (await (AFTER[fault.kind] as After<FaultKind> | undefined)?.(fault, world, request, answer)) ?? answer;
  }
  return answer;
};
