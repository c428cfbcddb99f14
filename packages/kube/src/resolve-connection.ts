import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { ClusterAccess } from "./cluster-access.ts";
import { openTransport } from "./http2-transport.ts";
import type { TransportOptions } from "./http2-transport.ts";
import { loadInCluster } from "./in-cluster.ts";
import { loadKubeconfig, loadKubeconfigText } from "./kubeconfig.ts";
import type { KubeTransport } from "./transport.ts";

/** How a declared cluster says that it is reached; the empty context is the current one of the operator's kubeconfig. */
export type DeclaredConnection =
  | { readonly context: string }
  | { readonly kubeconfigSecretRef: { readonly name: string; readonly key: string } }
  | { readonly inCluster: object };

/** What a service was started with to reach clusters. */
export interface ConnectionSources {
  /** The operator's own kubeconfig: its contexts are what `context` names. */
  readonly kubeconfigPath: string | undefined;
  /** A secret `{name, key}` is the file `<name>/<key>` below it. */
  readonly secretsDir: string | undefined;
  /** KUBERNETES_SERVICE_HOST and _PORT, inside a cluster. */
  readonly inCluster: { readonly host: string; readonly port: string } | undefined;
}

/** A declared connection for which this service was given nothing. */
export class ConnectionUnavailable extends Error {
  override readonly name = "ConnectionUnavailable";
}

/** The access that a declared connection stands for. Throws KubeconfigRefused, ConnectionUnavailable or a read error. */
export const resolveConnection = async (
  connection: DeclaredConnection,
  sources: ConnectionSources,
): Promise<ClusterAccess> => {
  if ("context" in connection) {
    if (sources.kubeconfigPath === undefined) {
      throw new ConnectionUnavailable(
        `context ${JSON.stringify(connection.context)} needs a kubeconfig of this service`,
      );
    }
    return loadKubeconfig(sources.kubeconfigPath, connection.context === "" ? undefined : connection.context);
  }
  if ("kubeconfigSecretRef" in connection) {
    const { name, key } = connection.kubeconfigSecretRef;
    if (sources.secretsDir === undefined) {
      throw new ConnectionUnavailable(`secret ${name}/${key} needs a secrets directory of this service`);
    }
    if (/[/\\]|^\.\.?$/.test(name) || /[/\\]|^\.\.?$/.test(key)) {
      throw new ConnectionUnavailable(`secret ${JSON.stringify(`${name}/${key}`)} is no name of a file`);
    }
    return loadKubeconfigText(await readFile(join(sources.secretsDir, name, key), "utf8"));
  }
  if (sources.inCluster === undefined) throw new ConnectionUnavailable("this service does not run inside a cluster");
  return loadInCluster(sources.inCluster.host, sources.inCluster.port);
};

/** Opens the way to a cluster as it is declared; nothing is sent before the first call. A simulation gives its own. */
export type OpenCluster = (connection: DeclaredConnection, options: TransportOptions) => Promise<KubeTransport>;

/** Over sockets, with what this service was started with. */
export const openDeclared =
  (sources: ConnectionSources): OpenCluster =>
  async (connection, options) =>
    openTransport(await resolveConnection(connection, sources), options);
