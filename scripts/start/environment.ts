import { join } from "node:path";

import { services } from "@evenkeel/contracts";
import type { RunningService } from "@evenkeel/contracts";
import type { Found } from "@evenkeel/programs";

import type { LogLevel } from "@evenkeel/telemetry";

import { startOrder } from "./installation.ts";
import type { Installation } from "./installation.ts";

/** What all services of one start are told. */
export interface Surroundings {
  readonly installation: Installation;
  readonly natsUrl: string;
  readonly kubeconfig: string;
  readonly fleetUrl: string;
  readonly fleetRef?: string;
  readonly fleetPath?: string;
  readonly fleetInterval?: string;
  readonly fleetCredentialsFile?: string;
  readonly fleetWebhookSecretFile?: string;
  readonly tools: readonly Found[];
  readonly grpcPort: number;
  readonly logLevel: LogLevel;
  readonly allowHttpLoopback?: boolean;
  readonly allowFileBelow?: string;
  /** Git hosts beside the fleet's own, and those that may be private; comma-separated. */
  readonly gitHosts?: string;
  readonly privateGitHosts?: string;
  readonly otlpEndpoint?: string;
  readonly webhookPort?: number;
  readonly secretsDir?: string;
  /** First of as many ports as there are services. */
  readonly metricsPort?: number;
}

const without = (env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Where a service serves its metrics; undefined: nowhere. */
export const metricsPortOf = (service: RunningService, { metricsPort }: Surroundings): number | undefined =>
  metricsPort === undefined ? undefined : metricsPort + startOrder.indexOf(service);

/** The environment of one service, as its `--help` documents it: the same whether it runs in this process or by itself. */
export const environmentOf = (service: RunningService, around: Surroundings): Readonly<Record<string, string>> => {
  const { installation, tools } = around;
  const secrets = around.secretsDir ?? join(installation.dir, "secrets");
  const tool = (name: string): Found | undefined => tools.find((found) => found.name === name);
  const ofClusters = {
    EVENKEEL_KUBECONFIG: around.kubeconfig,
    EVENKEEL_SECRETS_DIR: secrets,
    EVENKEEL_RECORD_KEY_FILE: installation.recordKeyFile,
  };
  const own: { readonly [S in RunningService]?: Readonly<Record<string, string | undefined>> } = {
    "source-watcher": {
      EVENKEEL_FLEET_URL: around.fleetUrl,
      EVENKEEL_FLEET_REF: around.fleetRef,
      EVENKEEL_FLEET_PATH: around.fleetPath,
      EVENKEEL_FLEET_CREDENTIALS_FILE: around.fleetCredentialsFile,
      EVENKEEL_FLEET_INTERVAL: around.fleetInterval,
      EVENKEEL_FLEET_WEBHOOK_KIND: around.fleetWebhookSecretFile === undefined ? undefined : "generic",
      EVENKEEL_FLEET_WEBHOOK_SECRET_FILE: around.fleetWebhookSecretFile,
      EVENKEEL_ALLOW_HTTP_LOOPBACK: around.allowHttpLoopback === true ? "true" : undefined,
      EVENKEEL_ALLOW_FILE: around.allowFileBelow,
      EVENKEEL_GIT_HOSTS: around.gitHosts,
      EVENKEEL_GIT_PRIVATE_HOSTS: around.privateGitHosts,
      EVENKEEL_LOCAL_CLUSTER: "true",
      EVENKEEL_SECRETS_DIR: secrets,
      EVENKEEL_WEBHOOK_PORT: around.webhookPort === undefined ? undefined : String(around.webhookPort),
    },
    renderer: {
      EVENKEEL_KUSTOMIZE: tool("kustomize")?.path,
      EVENKEEL_KUSTOMIZE_VERSION: tool("kustomize")?.version,
      EVENKEEL_HELM: tool("helm")?.path,
      EVENKEEL_HELM_VERSION: tool("helm")?.version,
    },
    applier: { EVENKEEL_LEDGER_EXPORT_DIR: join(installation.dir, "ledger") },
    "status-api": { EVENKEEL_GRPC_PORT: String(around.grpcPort) },
  };
  return without({
    EVENKEEL_BUS_SERVERS: around.natsUrl,
    EVENKEEL_BUS_SEED_FILE: installation.keys[service].seedFile,
    EVENKEEL_BUS_TRUST_FILE: installation.trustFile,
    EVENKEEL_INSTALLATION: installation.id,
    EVENKEEL_INSTANCE: installation.instance(service),
    EVENKEEL_DATA_DIR: join(installation.dir, service),
    EVENKEEL_LOG_LEVEL: around.logLevel,
    EVENKEEL_OTLP_ENDPOINT: around.otlpEndpoint,
    EVENKEEL_METRICS_PORT: metricsPortOf(service, around)?.toString(),
    ...(services[service].reachesClusters ? ofClusters : {}),
    ...own[service],
  });
};
