import type { ConnectionSources } from "@evenkeel/kube";
import {
  clusterConnections,
  clusterSettings,
  commonConfig,
  commonSettings,
  readRecordKey,
  readSettings,
  recordKeySettings,
} from "@evenkeel/service-host";
import type { CommonConfig, Environment } from "@evenkeel/service-host";

export interface ApplierConfig {
  /** How clusters are reached. */
  readonly connections: ConnectionSources;
  /** What the hashes of Secrets in records are keyed with; the applier and the drift-detector have the same. */
  readonly recordKey: string;
}

/** Settings of this service, in its process. */
export const settings = { ...commonSettings, ...clusterSettings, ...recordKeySettings } as const;

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & ApplierConfig => {
  const values = readSettings(settings, env);
  return {
    ...commonConfig("applier", values),
    connections: clusterConnections(values),
    recordKey: readRecordKey(values),
  };
};
