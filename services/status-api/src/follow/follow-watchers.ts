import type { Bus } from "@evenkeel/bus";
import { buckets, clusterOfShard, detectorShard } from "@evenkeel/contracts";
import type { Clock } from "@evenkeel/machine";

import { doubtOfCluster } from "../core/cluster-record.ts";
import type { Projection } from "./projection.ts";

const LOOK_MS = 1_000;

/** Tells the projection which clusters nobody sees: the owner of a cluster's shard is silent, or told that it gets no
 *  answer. Resolves once it has caught up; goes on until the signal ends. */
export const followWatchers = async (
  { bus, clock, projection }: { readonly bus: Bus; readonly clock: Clock; readonly projection: Projection },
  signal: AbortSignal,
): Promise<void> => {
  const owners = new Map<string, string>();
  const heard = new Map<string, Date>();
  const watchers = { service: "drift-detector" };
  const look = (): void => {
    for (const record of projection.clusters()) {
      const owner = owners.get(detectorShard(record.cluster));
      const watchedAt = owner === undefined ? undefined : heard.get(owner);
      projection.doubtCluster(record.cluster, doubtOfCluster(record, watchedAt, clock.now()));
    }
  };
  const leases = bus.state(buckets.lease).watch(
    watchers,
    {
      onEntry: ({ key: { shard }, revision, value }) => {
        // The last owner stays: what is asked is when it was last heard of.
        if (value !== undefined && !value.released) {
          owners.set(shard, value.owner);
          // Who takes a lease gets its term number by that very write, and names it from the next one on.
          const cluster = clusterOfShard(shard);
          if (cluster !== undefined) projection.watchedBy(cluster, value.epoch === 0n ? BigInt(revision) : value.epoch);
        }
        look();
      },
      onReset: () => owners.clear(),
    },
    signal,
  );
  const members = bus.state(buckets.member).watch(
    watchers,
    {
      onEntry: ({ key, value }) => {
        if (value !== undefined) heard.set(key.instance, clock.now());
        look();
      },
    },
    signal,
  );
  await Promise.all([leases, members]);
  const goOn = async (): Promise<void> => {
    while (!signal.aborted) {
      look();
      await clock.sleep(LOOK_MS, signal);
    }
  };
  goOn().catch(() => undefined);
};
