import type { Outcome } from "@evenkeel/bus";
import { done } from "@evenkeel/bus";
import { ApplyCause, ApplyResult, seqOf } from "@evenkeel/contracts";
import { attribute, rootOf } from "@evenkeel/telemetry";
import type { RunResult } from "@evenkeel/telemetry";

import { admit } from "./admit.ts";
import { tellApplied } from "./applied-fact.ts";
import type { Told } from "./applied-fact.ts";
import { retryDelayMs } from "./core/retry-delay.ts";
import type { Deps } from "./deps.ts";
import { endNaming, endOf } from "./end-of-error.ts";
import { unitKey, waitsForOthers } from "./held-partition.ts";
import type { Desired, HeldPartition } from "./held-partition.ts";
import { removeUnit } from "./remove-unit.ts";
import { forgetName, isRenamed } from "./renamed.ts";
import type { RunHalted } from "./run-halted.ts";
import { runUnit } from "./run-unit.ts";
import type { RunEnd } from "./run-end.ts";
import { stage } from "./stages.ts";

const SPAN_RESULT: Readonly<Partial<Record<ApplyResult, RunResult>>> = {
  [ApplyResult.APPLIED]: "success",
  [ApplyResult.REMOVED]: "success",
  [ApplyResult.UNCHANGED]: "skip",
  [ApplyResult.SUPERSEDED]: "cancellation",
};

/** The root of trace A: from the accepted commit to the end of the run. */
const recordRoot = ({ telemetry, clock }: Deps, fact: Desired, told: Told): void => {
  if (fact.traceId === "") return;
  const { traceId, spanId } = rootOf(fact.traceId);
  const result = SPAN_RESULT[told.result] ?? "failure";
  const { app, cluster } = fact.unit;
  telemetry.record({
    name: "SYNC",
    identity: { traceId, spanId },
    attributes: {
      [attribute.pipelineName]: app,
      [attribute.pipelineRunId]: `${app}@${cluster}/${seqOf(fact.version)}`,
      [attribute.pipelineAction]: "SYNC",
      [attribute.pipelineResult]: result,
      [attribute.clusterName]: cluster,
      [attribute.headRevision]: fact.revision,
      [attribute.repositoryUrl]: fact.url,
      [attribute.desiredDigest]: fact.digest,
      ...(told.reason === undefined ? {} : { [attribute.errorType]: told.reason.code }),
    },
    startedAt: fact.observedAt ?? told.startedAt,
    endedAt: clock.now(),
    ...(result === "failure" ? { error: told.reason?.message ?? "failed" } : {}),
  });
};

const haltedEnd = (error: RunHalted): RunEnd => ({
  told: { result: error.result, reason: error.reason, anchored: error.anchored },
  opened: error.opened,
  lookAgain: error.again ? "retry" : undefined,
});

const work = async (
  deps: Deps,
  held: HeldPartition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<RunEnd> => {
  try {
    if (fact.removed && (await isRenamed(deps, fact, signal))) {
      await forgetName(deps, held, fact.unit);
      return { told: { result: ApplyResult.REMOVED }, lookAgain: undefined };
    }
    const run = await stage({ deps, fact }, "compare", () => admit(deps, held, fact, cause, signal));
    return fact.removed ? await removeUnit(run) : await runUnit(run);
  } catch (error) {
    const end = await endNaming(deps.bus, error, fact.unit);
    if (end.kind === "halted") return haltedEnd(end.halt);
    throw error;
  }
};

/** What was waited for came while it was looked at. */
const WOKEN_MS = 50;

/** So many tries in, the longest pause. */
const SELDOM = 10;

const schedule = (deps: Deps, held: HeldPartition, { cluster, app }: Desired["unit"], end: RunEnd): void => {
  const { told, lookAgain } = end;
  const key = unitKey({ cluster, app });
  const { parked = [], planDigest = "" } = told;
  if (parked.length > 0) held.parked.set(key, { parked, planDigest });
  else held.parked.delete(key);
  if (lookAgain !== "retry") held.attempts.delete(key);
  if (lookAgain === undefined) {
    held.later.cancel(key);
    return;
  }
  if (typeof lookAgain === "number") {
    held.later.set(key, lookAgain);
    return;
  }
  const attempts = (held.attempts.get(key) ?? 0) + 1;
  held.attempts.set(key, attempts);
  // A silent cluster wakes its units: trying each of them meanwhile would only take time from others.
  const tries = deps.clusters.laneOf(cluster).isSilent() ? SELDOM : attempts;
  held.later.set(key, retryDelayMs(tries, deps.chance()));
};

const observe = (deps: Deps, fact: Desired, told: Told): void => {
  if (told.result !== ApplyResult.APPLIED || told.cause !== ApplyCause.DESIRED || fact.observedAt === undefined) return;
  const seconds = (deps.clock.now().getTime() - fact.observedAt.getTime()) / 1000;
  deps.metrics.commitToLive.record(Math.max(0, seconds), { cluster: fact.unit.cluster });
};

/**
 * One look at a unit: carries its newest desired out as far as it is not, tells how that ended and plans the next look.
 * A stop of the process or of the lease ends it without a word: the message comes again to whoever goes on.
 */
export const lookAtUnit = async (
  deps: Deps,
  held: HeldPartition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<Outcome> => {
  const key = unitKey(fact.unit);
  return held.lanes.run(key, fact.cause, signal, async (running) => {
    const startedAt = deps.clock.now();
    const { cluster } = fact.unit;
    const wakes = held.wakes.get(cluster);
    // What came while this waited for its turn has a look of its own.
    if ((held.newest.get(key)?.desired.cause ?? fact.cause) !== fact.cause) return done;
    try {
      const end = await work(deps, held, fact, cause, running);
      const told: Told = { ...end.told, cause, startedAt, epoch: held.lease.epoch };
      if (end.untold !== true) {
        await tellApplied(deps, fact, told);
        recordRoot(deps, fact, told);
        observe(deps, fact, told);
      }
      schedule(deps, held, fact.unit, end);
      if (held.wakes.get(cluster) !== wakes && waitsForOthers(held, key)) held.later.set(key, WOKEN_MS);
      if (end.opened === true) held.wakeCluster(cluster);
      return done;
    } catch (error) {
      const end = endOf(error, { cluster, stopped: running.aborted });
      if (end.kind === "left") return end.outcome;
      throw error;
    }
  });
};
