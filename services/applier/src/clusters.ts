import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { Cluster, ClusterConnection } from "@evenkeel/declarations";
import { connectKube, loadInCluster, loadKubeconfig, loadKubeconfigText } from "@evenkeel/kube";
import type { ClusterAccess, Kube } from "@evenkeel/kube";
import type { Metrics } from "@evenkeel/telemetry";

/** How the declared connections are found from where this service runs. */
export interface ClusterSettings {
  /** The operator's kubeconfig, whose contexts `connection: {context: NAME}` names. */
  readonly kubeconfig: string | undefined;
  /** Directory of secrets: `<name>/<key>`. */
  readonly secretsDir: string | undefined;
  /** Address of the API server of the cluster this runs in. */
  readonly inCluster: { readonly host: string; readonly port: string } | undefined;
}

/** One transport a cluster, opened at first use and kept. */
export interface Clusters extends AsyncDisposable {
  /** Throws ApiError, KubeconfigRefused or ClusterUnknown. */
  kubeFor(cluster: Cluster, signal: AbortSignal): Promise<Kube>;
}

/** A declared connection that this service cannot follow. */
export class ClusterUnknown extends Error {
  override readonly name = "ClusterUnknown";
}

const accessOf = async (connection: ClusterConnection, settings: ClusterSettings): Promise<ClusterAccess> => {
  if ("context" in connection) {
    if (settings.kubeconfig === undefined)
      throw new ClusterUnknown(`context ${JSON.stringify(connection.context)}: this service has no kubeconfig`);
    return loadKubeconfig(settings.kubeconfig, connection.context === "" ? undefined : connection.context);
  }
  if ("kubeconfigSecretRef" in connection) {
    const { name, key } = connection.kubeconfigSecretRef;
    if (settings.secretsDir === undefined) throw new ClusterUnknown(`secret ${name}: this service has no secrets`);
    return loadKubeconfigText(await readFile(join(settings.secretsDir, name, key), "utf8"));
  }
  if (settings.inCluster === undefined) throw new ClusterUnknown("inCluster: this service does not run in a cluster");
  return loadInCluster(settings.inCluster.host, settings.inCluster.port);
};

/** Opens clusters as their declarations say; a connection that failed is tried anew at the next call. */
export const openClusters = (settings: ClusterSettings, metrics: Metrics): Clusters => {
  const open = new Map<string, Promise<Kube>>();
  const connect = async (cluster: Cluster, signal: AbortSignal): Promise<Kube> => {
    const { name } = cluster.metadata;
    const observe = ({ method, status }: { readonly method: string; readonly status: number }): void =>
      metrics.apiRequests.add(1, { cluster: name, verb: method, code: String(status) });
    return connectKube(await accessOf(cluster.spec.connection, settings), { observe }, signal);
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
