import type { Cluster } from "@evenkeel/declarations";
import { connectOver } from "@evenkeel/kube";
import type { Kube, OpenCluster } from "@evenkeel/kube";
import type { Clock } from "@evenkeel/machine";
import type { Metrics } from "@evenkeel/telemetry";

import { openLane } from "./cluster-lane.ts";
import type { ClusterLane } from "./cluster-lane.ts";

/** One small object, read from the store: that the server's port is open proves nothing of what is behind it. */
const PROBED = "/api/v1/namespaces/kube-system";
const PROBE_DEADLINE_MS = 3_000;

/** One transport a cluster, opened at first use and kept. */
export interface Clusters extends AsyncDisposable {
  /** Whether a cluster answers, and what waits for it. */
  laneOf(cluster: string): ClusterLane;
  /** Throws ApiError, KubeconfigRefused or ConnectionUnavailable. */
  kubeFor(cluster: Cluster, signal: AbortSignal): Promise<Kube>;
  /** Closes a connection for good: the next `kubeFor` reads anew what is there. Whether it was not closed before. */
  letGo(kube: Kube): boolean;
}

/** Opens clusters as their declarations say; a connection that failed is tried anew at the next call. */
export const openClusters = (
  openCluster: OpenCluster,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
  /** Told when a cluster answers again. */
  onAnswer: (cluster: string) => void,
  signal: AbortSignal,
): Clusters => {
  const open = new Map<string, Promise<Kube>>();
  const connected = new Map<Kube, string>();
  const lanes = new Map<string, ClusterLane>();
  /** The last declaration that each was to be reached by. */
  const newest = new Map<string, Cluster>();
  const laneOf = (name: string): ClusterLane => {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const probe = async (until: AbortSignal): Promise<void> => {
      const cluster = newest.get(name);
      if (cluster === undefined) return;
      const kube = await kubeFor(cluster, until);
      await kube.transport.request({ method: "GET", path: PROBED, deadlineMs: PROBE_DEADLINE_MS }, until);
    };
    const lane = openLane({ cluster: name, clock, probe, onAnswer: () => onAnswer(name), signal });
    lanes.set(name, lane);
    return lane;
  };
  const connect = async (cluster: Cluster, until: AbortSignal): Promise<Kube> => {
    const { name } = cluster.metadata;
    const { guard } = laneOf(name);
    const observe = ({ method, status }: { readonly method: string; readonly status: number }): void =>
      metrics.apiRequests.add(1, { cluster: name, verb: method, code: String(status) });
    return connectOver(await openCluster(cluster.spec.connection, { clock, observe }), { clock, guard }, until);
  };
  const kubeFor: Clusters["kubeFor"] = (cluster, until) => {
    newest.set(cluster.metadata.name, cluster);
    const key = JSON.stringify([cluster.metadata.name, cluster.spec.connection]);
    const known = open.get(key);
    if (known !== undefined) return known;
    const opening = connect(cluster, until);
    open.set(key, opening);
    opening.then(
      (kube) => connected.set(kube, key),
      () => open.delete(key),
    );
    return opening;
  };
  return {
    laneOf,
    kubeFor,
    letGo: (kube) => {
      const key = connected.get(kube);
      if (key === undefined) return false;
      connected.delete(kube);
      open.delete(key);
      void kube[Symbol.asyncDispose]();
      return true;
    },
    [Symbol.asyncDispose]: async () => {
      const settled = await Promise.allSettled(open.values());
      await Promise.all(
        settled.map(async (each) => (each.status === "fulfilled" ? each.value[Symbol.asyncDispose]() : undefined)),
      );
    },
  };
};
