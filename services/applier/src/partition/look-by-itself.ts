import { ApplyCause } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";
import type { Partition } from "./partition.ts";
import { lookAtUnit } from "../run/look-at-unit.ts";

const AGAIN_MS = 5_000;

/** Looks at a unit without a message: on the local heap, after a restart, for an Approval (invariant version.stable). Never throws. */
export const lookByItself = async (
  deps: Deps,
  held: Partition,
  key: string,
  cause: ApplyCause = ApplyCause.RETRY,
): Promise<void> => {
  const fact = held.newest.get(key)?.desired;
  if (fact === undefined || held.signal.aborted) return;
  try {
    const outcome = await lookAtUnit(deps, held, fact, cause, held.signal);
    if (outcome.kind === "wait" && !held.signal.aborted) held.later.set(key, outcome.ms);
  } catch (error) {
    const { app, cluster } = fact.unit;
    deps.telemetry.log.error("a look at a unit failed", { app, cluster, error });
    held.later.set(key, AGAIN_MS);
  }
};

/** The same, when the unit's cluster has a place for it: one that does not answer keeps nobody else waiting. */
export const lookInLane = (deps: Deps, held: Partition, key: string, cause?: ApplyCause): void => {
  const cluster = held.newest.get(key)?.desired.unit.cluster;
  if (cluster === undefined) return;
  deps.clusters.laneOf(cluster).enqueue(`${held.partition} ${key}`, () => lookByItself(deps, held, key, cause));
};
