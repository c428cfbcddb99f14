import { retryDelayMs } from "../core/retry-delay.ts";
import type { Deps } from "../deps.ts";
import { unitKey } from "../partition/partition.ts";
import type { Desired, Partition } from "../partition/partition.ts";
import type { RunEnd } from "./run-end.ts";

/** So many tries in, the longest pause. */
const SELDOM = 10;

/** Keeps what a look has left to do, and when the next is due. */
export const scheduleLook = (
  deps: Deps,
  partition: Partition,
  { cluster, app }: Desired["unit"],
  end: RunEnd,
): void => {
  const { report, lookAgain } = end;
  const key = unitKey({ cluster, app });
  const { parked = [], planDigest = "" } = report;
  if (parked.length > 0) partition.parked.set(key, { parked, planDigest });
  else partition.parked.delete(key);
  if (lookAgain !== "retry") partition.attempts.delete(key);
  if (lookAgain === undefined) {
    partition.later.cancel(key);
    return;
  }
  if (typeof lookAgain === "number") {
    partition.later.set(key, lookAgain);
    return;
  }
  const attempts = (partition.attempts.get(key) ?? 0) + 1;
  partition.attempts.set(key, attempts);
  // A silent cluster wakes its units: trying each of them meanwhile would only take time from others.
  const tries = deps.clusters.laneOf(cluster).isSilent() ? SELDOM : attempts;
  partition.later.set(key, retryDelayMs(tries, deps.rng.chance()));
};
