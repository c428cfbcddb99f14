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

export interface ApplierConfig {
  /** How clusters are reached. */
  readonly connections: ConnectionSources;
  /** What the hashes of Secrets in records are keyed with; the applier and the drift-detector have the same. */
  readonly recordKey: string;
  /** Folder that sealed parts of the ledger are written to. */
  readonly ledgerExport?: string | undefined;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
  ...clusterSettings,
  ...recordKeySettings,
  ledgerExport: {
    env: "EVENKEEL_LEDGER_EXPORT_DIR",
    type: "path",
    optional: true,
    help: "Folder that the oldest part of the ledger is written to, a file of JSON lines each, before it leaves the bus at 60 % of its room; without it only the last runs of each unit are kept.",
    example: "/var/lib/evenkeel/ledger",
  },
} as const satisfies SettingsTable;

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & ApplierConfig => {
  const values = readSettings(settings, env);
  return {
    ...commonConfig("applier", values),
    connections: clusterConnections(values),
    recordKey: readRecordKey(values),
    ledgerExport: values.ledgerExport,
  };
};
