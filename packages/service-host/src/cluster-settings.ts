import type { Settings, SettingsTable } from "./setting.ts";

/** Settings of a service that reaches clusters. */
export const clusterSettings = {
  kubeconfig: {
    env: "EVENKEEL_KUBECONFIG",
    type: "path",
    optional: true,
    help: "The operator's kubeconfig: its contexts are what the connection {context} of a Cluster names.",
    example: "/etc/evenkeel/kubeconfig",
  },
  secretsDir: {
    env: "EVENKEEL_SECRETS_DIR",
    type: "path",
    optional: true,
    help: "Directory of secrets: a reference {name, key} is the file NAME/KEY below it.",
    example: "/etc/evenkeel/secrets",
  },
  inClusterHost: {
    env: "KUBERNETES_SERVICE_HOST",
    type: "text",
    optional: true,
    help: "Address of the API server of the cluster this runs in (set by Kubernetes).",
    example: "10.96.0.1",
  },
  inClusterPort: {
    env: "KUBERNETES_SERVICE_PORT",
    type: "text",
    optional: true,
    help: "Port of that API server (set by Kubernetes).",
    example: "443",
  },
} as const satisfies SettingsTable;

/** How clusters are reached, as `packages/kube` resolves a declared connection. */
export interface ClusterConnections {
  readonly kubeconfigPath: string | undefined;
  readonly secretsDir: string | undefined;
  readonly inCluster: { readonly host: string; readonly port: string } | undefined;
}

/** What comes of the cluster settings. */
export const clusterConnections = (values: Settings<typeof clusterSettings>): ClusterConnections => {
  const { inClusterHost: host, inClusterPort: port } = values;
  return {
    kubeconfigPath: values.kubeconfig,
    secretsDir: values.secretsDir,
    inCluster: host === undefined || port === undefined ? undefined : { host, port },
  };
};
