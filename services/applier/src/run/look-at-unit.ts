import type { Outcome } from "@evenkeel/bus";
import { done } from "@evenkeel/bus";
import { ApplyResult } from "@evenkeel/contracts";
import type { ApplyCause } from "@evenkeel/contracts";

import { admit } from "./admit.ts";
import type { Deps } from "../deps.ts";
import { unitKey, waitsForOthers } from "../partition/partition.ts";
import type { Desired, Partition } from "../partition/partition.ts";
import { inTurn, orHalted } from "./in-turn.ts";
import { scheduleLook } from "./schedule-look.ts";
import { removeUnit } from "../prune/remove-unit.ts";
import { forgetName, isRenamed } from "../plan/renamed.ts";
import type { RunEnd } from "./run-end.ts";
import type { RunHalted } from "./run-halted.ts";
import { runUnit } from "./run-unit.ts";
import { stage } from "./stages.ts";
import { tellEnd } from "./tell-end.ts";

const haltedEnd = (error: RunHalted): RunEnd => ({
  report: { result: error.result, reason: error.reason, anchored: error.anchored },
  opened: error.opened,
  lookAgain: error.again ? "retry" : undefined,
});

const work = async (
  deps: Deps,
  partition: Partition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<RunEnd> => {
  if (fact.removed && (await isRenamed(deps, fact, signal))) {
    await forgetName(deps, partition, fact.unit);
    return { report: { result: ApplyResult.REMOVED }, lookAgain: undefined };
  }
  const run = await stage({ deps, fact }, "compare", () => admit(deps, partition, fact, cause, signal));
  return fact.removed ? removeUnit(run) : runUnit(run);
};

/** What was waited for came while it was looked at. */
const WOKEN_MS = 50;

/** One look at a unit: carries its newest desired out as far as it is not, tells how that ended and plans the next look. */
export const lookAtUnit = async (
  deps: Deps,
  partition: Partition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<Outcome> =>
  inTurn(partition, fact, signal, async (running) => {
    const key = unitKey(fact.unit);
    const { cluster } = fact.unit;
    const startedAt = deps.clock.now();
    const wakes = partition.wakes.get(cluster);
    // What came while this waited for its turn has a look of its own.
    if ((partition.newest.get(key)?.desired.cause ?? fact.cause) !== fact.cause) return done;
    const end = await orHalted(deps.bus, cluster, () => work(deps, partition, fact, cause, running), haltedEnd);
    if (end.unreported !== true)
      await tellEnd(deps, fact, { ...end.report, cause, startedAt, epoch: partition.lease.epoch });
    scheduleLook(deps, partition, fact.unit, end);
    if (partition.wakes.get(cluster) !== wakes && waitsForOthers(partition, key)) partition.later.set(key, WOKEN_MS);
    if (end.opened === true) partition.wakeCluster(cluster);
    return done;
  });
