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
import type { CommonConfig, Environment, SettingsTable } from "@evenkeel/service-host";

export interface DriftDetectorConfig {
  /** How clusters are reached. */
  readonly connections: ConnectionSources;
  /** What the hashes of Secrets in records are keyed with; the applier and the drift-detector have the same. */
  readonly recordKey: string;
  /** How often all that is watched is listed anew. */
  readonly compareMs?: number;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
  ...clusterSettings,
  ...recordKeySettings,
  compareMs: {
    env: "EVENKEEL_COMPARE_INTERVAL",
    type: "duration",
    default: "20m",
    min: 10_000,
    help: "How often all that is watched is listed anew and compared in full: what a server never told is seen then.",
    example: "20m",
  },
} as const satisfies SettingsTable;

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & DriftDetectorConfig => {
  const values = readSettings(settings, env);
  return {
    ...commonConfig("drift-detector", values),
    connections: clusterConnections(values),
    recordKey: readRecordKey(values),
    compareMs: values.compareMs,
  };
};
