import type { Cluster } from "@evenkeel/declarations";

import type { Deps } from "./deps.ts";
import type { ReachedCluster } from "./held-partition.ts";

/**
 * Reaches a cluster as the newest fleet revision says, whatever revision a unit was planned from: two units may not write to
 * two API servers under one name. Throws what connecting throws, and ClusterTaken before anything is written.
 */
export const reachCluster = async (deps: Deps, declared: Cluster, signal: AbortSignal): Promise<ReachedCluster> => {
  const { name } = declared.metadata;
  const newest = (await deps.declarations.newestClusters(signal)).find(({ metadata }) => metadata.name === name);
  const kube = await deps.clusters.kubeFor(newest ?? declared, signal);
  return { name, kube, uid: await deps.identities.of(name, kube, signal) };
};
