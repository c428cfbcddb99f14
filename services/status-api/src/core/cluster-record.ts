import type { ClusterCondition } from "@evenkeel/contracts";

import type { Doubt } from "./doubt.ts";
import { isOutranked } from "./units/is-outranked.ts";

/** What is known of the one who watches a cluster. */
export interface ClusterRecord {
  readonly cluster: string;
  /** When it was last known how its units stand; before that, since when this cluster is of interest here. */
  readonly since: Date;
  /** Whether it answers, as its drift-detector last told. */
  readonly condition: ClusterCondition | undefined;
}

/** A drift-detector announces itself every 2 s: with 8 s, and a look every second, its silence is told within 10 s. */
export const WATCHER_SILENT_MS = 8_000;

/** Takes what a drift-detector told, unless another one that outranks it has told more. */
export const foldClusterCondition = (
  record: ClusterRecord,
  condition: ClusterCondition,
  owner?: bigint,
): ClusterRecord =>
  isOutranked({ told: condition.epoch, known: record.condition?.epoch, owner }) ? record : { ...record, condition };

/** Somebody knows now: what is not known later is not known since then. */
export const knownAt = (record: ClusterRecord, now: Date): ClusterRecord => ({ ...record, since: now });

/** Why nobody knows now how the units of a cluster stand; undefined while somebody does. `watchedAt`: when the owner of its
 *  shard was last heard of. */
export const doubtOfCluster = (
  { cluster, condition, since }: ClusterRecord,
  watchedAt: Date | undefined,
  now: Date,
): Doubt | undefined => {
  if (watchedAt === undefined || now.getTime() - watchedAt.getTime() > WATCHER_SILENT_MS) {
    const message = `no drift-detector watches cluster ${cluster}`;
    const remedy = "look at the drift-detector: its log says what it waits for";
    return { reason: { code: "Unobserved", message, remedy }, since: watchedAt ?? since };
  }
  if (condition === undefined) {
    const message = `its drift-detector has not reached cluster ${cluster} yet`;
    return { reason: { code: "Unobserved", message, remedy: "nothing: it is told in some seconds" }, since };
  }
  const { unreachable } = condition;
  return unreachable === undefined ? undefined : { reason: unreachable, since: condition.since ?? since };
};
