import type { ConnectionSources } from "@evenkeel/kube";
import { commonConfig, commonSettings, readSettings } from "@evenkeel/service-host";
import type { CommonConfig, Environment } from "@evenkeel/service-host";

export interface ApplierConfig {
  /** How clusters are reached. */
  readonly connections: ConnectionSources;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
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
} as const;

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & ApplierConfig => {
  const values = readSettings(settings, env);
  const { inClusterHost: host, inClusterPort: port } = values;
  return {
    ...commonConfig("applier", values),
    connections: {
      kubeconfigPath: values.kubeconfig,
      secretsDir: values.secretsDir,
      inCluster: host === undefined || port === undefined ? undefined : { host, port },
    },
  };
};
