import type { Cluster } from "@evenkeel/declarations";
import { OtherCluster, boundTo } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { Logger } from "@evenkeel/telemetry";

import type { ClusterIdentities } from "./cluster-identities.ts";
import type { Clusters } from "./clusters.ts";
import type { Declarations } from "../partition/declarations.ts";
import type { ReachedCluster } from "../partition/partition.ts";

/** The ways to clusters as they were last found. */
export interface ReachedClusters {
  /**
   * Reaches a cluster as the newest fleet revision says, whatever revision a unit was planned from: two units may not write
   * to two API servers under one name. Throws what connecting throws, and ClusterTaken before anything is written.
   */
  reach(declared: Cluster, signal: AbortSignal): Promise<ReachedCluster>;
  /** Asks each of them which cluster it is, for nobody else may do so for long. Throws nothing. */
  confirmAll(signal: AbortSignal): Promise<void>;
}

export interface ReachDeps {
  readonly clusters: Pick<Clusters, "kubeFor" | "letGo">;
  readonly identities: ClusterIdentities;
  readonly declarations: Pick<Declarations, "newestClusters">;
  readonly log: Logger;
  /** Another cluster is there under this name: told once. */
  readonly onReplaced: (cluster: string) => void;
}

export const openReachedClusters = (deps: ReachDeps): ReachedClusters => {
  const known = new Map<string, { readonly from: Kube; readonly reached: ReachedCluster }>();

  const bind = (name: string, from: Kube, uid: string): ReachedCluster => {
    let other: OtherCluster | undefined;
    /** What breaks off since the connection was let go has broken off for that. */
    const told = (error: unknown): unknown => {
      if (other !== undefined || !(error instanceof OtherCluster)) return other ?? error;
      other = error;
      if (known.get(name)?.from === from) known.delete(name);
      if (deps.clusters.letGo(from)) {
        deps.log.error("a cluster is taken over anew", { cluster: name, error });
        deps.onReplaced(name);
      }
      return error;
    };
    const watched = async <T>(call: () => Promise<T>): Promise<T> => {
      if (other !== undefined) throw other;
      try {
        return await call();
      } catch (error) {
        throw told(error);
      }
    };
    const confirm = (signal: AbortSignal): Promise<void> =>
      watched(async () => {
        const found = await from.clusterUid(signal);
        if (found !== uid) throw new OtherCluster(uid, found);
      });
    return { name, uid, kube: boundTo(from, uid, watched), confirm };
  };

  return {
    reach: async (declared, signal) => {
      const { name } = declared.metadata;
      const newest = (await deps.declarations.newestClusters(signal)).find(({ metadata }) => metadata.name === name);
      const from = await deps.clusters.kubeFor(newest ?? declared, signal);
      const uid = await deps.identities.of(name, from, signal);
      const before = known.get(name);
      if (before?.from === from) return before.reached;
      const reached = bind(name, from, uid);
      known.set(name, { from, reached });
      return reached;
    },
    confirmAll: async (signal) => {
      await Promise.allSettled([...known.values()].map(({ reached }) => reached.confirm(signal)));
    },
  };
};
