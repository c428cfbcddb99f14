import { done, reject } from "@evenkeel/bus";
import type { Handler } from "@evenkeel/bus";
import { ApplyCause } from "@evenkeel/contracts";
import type { DesiredStateChanged } from "@evenkeel/contracts";

import type { Deps } from "./deps.ts";
import { keepNewest, unitKey, usable } from "./partition/partition.ts";
import type { Partition } from "./partition/partition.ts";
import { leaveInDoubt } from "./partition/leave-in-doubt.ts";
import { lookAtUnit } from "./run/look-at-unit.ts";
import { lookInLane } from "./partition/look-by-itself.ts";

const AGAIN_MS = 5_000;

/** A unit has a new desired state: carry it out, or a newer one that is known by now
 * (invariant version.no-lost-commit). */
export const onDesiredStateChanged =
  (deps: Deps, partition: Partition): Handler<DesiredStateChanged> =>
  async ({ fact, sequence }, signal) => {
    const desired = usable(fact);
    if (desired === undefined) return reject("MessageRefused", "a desired without unit or version");
    const newest = keepNewest(partition, desired, sequence);
    const key = unitKey(newest.unit);
    const lane = deps.clusters.laneOf(newest.unit.cluster);
    // The few messages that are handled at once must not all be those of a cluster that does not answer.
    if (!lane.isFine()) {
      lookInLane(deps, partition, key, ApplyCause.DESIRED);
      return done;
    }
    const look = lookAtUnit(deps, partition, newest, ApplyCause.DESIRED, signal);
    return leaveInDoubt(lane, look, done, ({ outcome, error }) => {
      if (partition.signal.aborted || (error === undefined && outcome?.kind !== "wait")) return;
      partition.later.set(key, outcome?.kind === "wait" ? outcome.ms : AGAIN_MS);
    });
  };
