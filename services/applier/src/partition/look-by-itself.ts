import { ApplyCause } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";
import type { Partition } from "./partition.ts";
import { lookAtUnit } from "../run/look-at-unit.ts";

const AGAIN_MS = 5_000;

/** Looks at a unit without a message: on the local heap, after a restart, for an Approval (invariant version.stable). Never throws. */
export const lookByItself = async (
  deps: Deps,
  partition: Partition,
  key: string,
  cause: ApplyCause = ApplyCause.RETRY,
): Promise<void> => {
  const fact = partition.newest.get(key)?.desired;
  if (fact === undefined || partition.signal.aborted) return;
  try {
    const outcome = await lookAtUnit(deps, partition, fact, cause, partition.signal);
    if (outcome.kind === "wait" && !partition.signal.aborted) partition.later.set(key, outcome.ms);
  } catch (error) {
    const { app, cluster } = fact.unit;
    deps.telemetry.log.error("a look at a unit failed", { app, cluster, error });
    partition.later.set(key, AGAIN_MS);
  }
};

/** The same, when the unit's cluster has a place for it: one that does not answer keeps nobody else waiting. */
export const lookInLane = (deps: Deps, partition: Partition, key: string, cause?: ApplyCause): void => {
  const cluster = partition.newest.get(key)?.desired.unit.cluster;
  if (cluster === undefined) return;
  deps.clusters.laneOf(cluster).enqueue(`${partition.number} ${key}`, () => lookByItself(deps, partition, key, cause));
};
