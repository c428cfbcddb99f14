import type { Cluster } from "@evenkeel/declarations";
import { connectKube, resolveConnection } from "@evenkeel/kube";
import type { ConnectionSources, Kube } from "@evenkeel/kube";
import type { Metrics } from "@evenkeel/telemetry";

/** One transport a cluster, opened at first use and kept. */
export interface Clusters extends AsyncDisposable {
  /** Throws ApiError, KubeconfigRefused or ConnectionUnavailable. */
  kubeFor(cluster: Cluster, signal: AbortSignal): Promise<Kube>;
}

/** Opens clusters as their declarations say; a connection that failed is tried anew at the next call. */
export const openClusters = (sources: ConnectionSources, metrics: Metrics): Clusters => {
  const open = new Map<string, Promise<Kube>>();
  const connect = async (cluster: Cluster, signal: AbortSignal): Promise<Kube> => {
    const { name } = cluster.metadata;
    const observe = ({ method, status }: { readonly method: string; readonly status: number }): void =>
      metrics.apiRequests.add(1, { cluster: name, verb: method, code: String(status) });
    return connectKube(await resolveConnection(cluster.spec.connection, sources), { observe }, signal);
  };
  return {
    kubeFor: (cluster, signal) => {
      const key = JSON.stringify([cluster.metadata.name, cluster.spec.connection]);
      const known = open.get(key);
      if (known !== undefined) return known;
      const opening = connect(cluster, signal);
      open.set(key, opening);
      opening.catch(() => open.delete(key));
      return opening;
    },
    [Symbol.asyncDispose]: async () => {
      const settled = await Promise.allSettled(open.values());
      await Promise.all(
        settled.map(async (each) => (each.status === "fulfilled" ? each.value[Symbol.asyncDispose]() : undefined)),
      );
    },
  };
};
