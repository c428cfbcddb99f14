import type { Clock } from "@evenkeel/machine";
import { CLIENT_GONE } from "../front/refusals.ts";
import { ConnectionBroken } from "../front/connection-broken.ts";
import type { ApiAnswer, ApiHandler, ApiRequest } from "../server/exchange.ts";
import type { AdmissionHook } from "../server/hooks.ts";
import type { Store, StoreSnapshot } from "../store/store.ts";
import { admissionFaults } from "./admission-faults.ts";
import { withoutEtag } from "./discovery-faults.ts";
import type { Fault, FaultScript, InjectedFault } from "./fault-script.ts";
import { runAfter, runBefore } from "./fault-steps.ts";
import type { FaultWorld } from "./fault-steps.ts";
import type { JumpingClock } from "./manual-clock.ts";
import { factsOf } from "./request-facts.ts";
import type { RequestFacts } from "./request-facts.ts";
import { openRules } from "./rule-states.ts";
import { openStaleReads } from "./stale-reads.ts";
import { faultyLines } from "./watch-faults.ts";
import type { WatchEnd } from "./watch-faults.ts";

/** What faults are put around. Admission faults need `mutate`, `regress` a store with snapshots, `clock-jump` a clock that jumps. */
export interface FaultTarget {
  readonly name: string;
  readonly clock: Clock | JumpingClock;
  readonly handle: ApiHandler;
  readonly store?: Pick<Store, "snapshot" | "restore">;
  readonly mutate?: (hook: AdmissionHook) => () => void;
}

/** The cluster behind its faults: give it to a front in the cluster's place. */
export interface FaultyCluster extends Disposable {
  readonly name: string;
  readonly clock: Clock;
  readonly handle: ApiHandler;
  /** All that was done, in order. */
  readonly injected: readonly InjectedFault[];
  /** Ends the script: from now on nothing happens (faults under way take their course). Disposal does it too. */
  calm(): void;
}

const ON_EVERY = new Set([
  "latency",
  "throttle",
  "error",
  "forbidden",
  "reset",
  "backup",
  "regress",
  "clock-jump",
] as const);
const ON_ANSWERS = new Set([...ON_EVERY, "half-open", "body"] as const);
const ON_WRITES = new Set([...ON_ANSWERS, "stale", "hanging-webhook"] as const);
const ON_READS = new Set([...ON_ANSWERS, "stale-read"] as const);
const ON_WATCHES = new Set([...ON_EVERY, "half-open", "expire-watch", "end-watch"] as const);
const ON_DISCOVERY = new Set([...ON_ANSWERS, "partial-discovery"] as const);

const chancesOf = (facts: RequestFacts): ReadonlySet<Fault["kind"]> => {
  if (facts.verb === "watch") return ON_WATCHES;
  if (facts.verb === "discovery") return ON_DISCOVERY;
  if (facts.verb === "list" || facts.verb === "get") return ON_READS;
  return facts.verb === "other" ? ON_ANSWERS : ON_WRITES;
};

/** A watch has no effect that an error could follow; one that goes half-open does so once it is open. */
const atOpening = (faults: readonly Fault[]): readonly Fault[] =>
  faults.flatMap((fault): readonly Fault[] => {
    if (fault.kind === "half-open") return [];
    return "moment" in fault ? [{ ...fault, moment: "before" }] : [fault];
  });

/** Puts a script of faults around a cluster. Throws RangeError when the cluster cannot do what a rule asks. */
export const withFaults = (cluster: FaultTarget, script: FaultScript): FaultyCluster => {
  const { clock, store } = cluster;
  const rules = openRules(script, clock);
  const stale = openStaleReads(rules.has("stale-read"));
  const watches = new Set<AbortController>();
  let backup: StoreSnapshot | undefined;

  if (rules.has("clock-jump") && !("jump" in clock)) throw new RangeError("clock-jump needs a clock that can jump");
  if (rules.has("regress")) {
    backup = store?.snapshot?.();
    if (backup === undefined) throw new RangeError("regress needs a store with snapshots");
  }
  if (rules.has("admission") && cluster.mutate === undefined) throw new RangeError("admission faults need hooks");
  const removeHook = rules.has("admission") ? cluster.mutate?.(admissionFaults(rules)) : undefined;

  const world: FaultWorld = {
    clock,
    jump: (ms) => {
      if (!("jump" in clock)) return;
      clock.jump(ms);
      rules.shift(ms);
    },
    random: () => rules.random(),
    stale,
    keepBackup: () => {
      backup = store?.snapshot?.();
    },
    goBack: () => {
      for (const watch of watches) watch.abort(CLIENT_GONE); // a restored API server has none of its old connections
      if (backup !== undefined) store?.restore?.(backup);
    },
  };

  const watch = async (request: ApiRequest, facts: RequestFacts, faults: readonly Fault[]): Promise<ApiAnswer> => {
    const controller = new AbortController();
    const onGone = (): void => controller.abort(CLIENT_GONE);
    request.signal.addEventListener("abort", onGone, { once: true });
    if (request.signal.aborted) onGone(); // the client left while a fault held its request
    const answer = await cluster.handle({ ...request, signal: controller.signal });
    if (answer.kind === "plain") return answer;
    watches.add(controller);
    const ends = faults.filter(
      (fault): fault is WatchEnd =>
        fault.kind === "end-watch" || fault.kind === "half-open" || fault.kind === "expire-watch",
    );
    const lines = faultyLines({ lines: answer.lines, rules, facts, clock, signal: controller.signal, ends });
    return {
      ...answer,
      lines: (async function* () {
        try {
          yield* lines;
          if (controller.signal.aborted && !request.signal.aborted) throw new ConnectionBroken("the server went back");
        } finally {
          watches.delete(controller);
          request.signal.removeEventListener("abort", onGone);
          controller.abort(CLIENT_GONE);
        }
      })(),
    };
  };

  const handle: ApiHandler = async (request) => {
    const facts = factsOf(request);
    const faults = rules.draw(chancesOf(facts), facts);
    const isWatch = facts.verb === "watch";
    const refused = await runBefore(isWatch ? atOpening(faults) : faults, world, request);
    if (refused !== undefined) return refused;
    if (isWatch) return watch(request, facts, faults);
    const isPartial = faults.some((fault) => fault.kind === "partial-discovery");
    const fresh = await cluster.handle(isPartial ? withoutEtag(request) : request);
    const answer = await runAfter(faults, world, request, fresh);
    if (facts.verb === "list" || facts.verb === "get") stale.keep(request.path, fresh);
    return answer;
  };

  const calm = (): void => {
    rules.calm();
    removeHook?.();
  };
  return { name: cluster.name, clock, handle, injected: rules.injected, calm, [Symbol.dispose]: calm };
};
