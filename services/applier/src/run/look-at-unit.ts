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
  told: { result: error.result, reason: error.reason, anchored: error.anchored },
  opened: error.opened,
  lookAgain: error.again ? "retry" : undefined,
});

const work = async (
  deps: Deps,
  held: Partition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<RunEnd> => {
  if (fact.removed && (await isRenamed(deps, fact, signal))) {
    await forgetName(deps, held, fact.unit);
    return { told: { result: ApplyResult.REMOVED }, lookAgain: undefined };
  }
  const run = await stage({ deps, fact }, "compare", () => admit(deps, held, fact, cause, signal));
  return fact.removed ? removeUnit(run) : runUnit(run);
};

/** What was waited for came while it was looked at. */
const WOKEN_MS = 50;

/** One look at a unit: carries its newest desired out as far as it is not, tells how that ended and plans the next look. */
export const lookAtUnit = async (
  deps: Deps,
  held: Partition,
  fact: Desired,
  cause: ApplyCause,
  signal: AbortSignal,
): Promise<Outcome> =>
  inTurn(held, fact, signal, async (running) => {
    const key = unitKey(fact.unit);
    const { cluster } = fact.unit;
    const startedAt = deps.clock.now();
    const wakes = held.wakes.get(cluster);
    // What came while this waited for its turn has a look of its own.
    if ((held.newest.get(key)?.desired.cause ?? fact.cause) !== fact.cause) return done;
    const end = await orHalted(deps.bus, cluster, () => work(deps, held, fact, cause, running), haltedEnd);
    if (end.untold !== true) await tellEnd(deps, fact, { ...end.told, cause, startedAt, epoch: held.lease.epoch });
    scheduleLook(deps, held, fact.unit, end);
    if (held.wakes.get(cluster) !== wakes && waitsForOthers(held, key)) held.later.set(key, WOKEN_MS);
    if (end.opened === true) held.wakeCluster(cluster);
    return done;
  });
