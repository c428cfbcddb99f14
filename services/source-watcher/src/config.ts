import { commonConfig, commonSettings, ConfigInvalid, readSettings } from "@evenkeel/service-host";
import type { CommonConfig, Environment } from "@evenkeel/service-host";
import type { WebhookKind } from "@evenkeel/words";

/** The fleet repository: where all declarations are. */
export interface FleetConfig {
  readonly url: string;
  /** Branch, full Git ref or full commit id; undefined: the remote's HEAD. */
  readonly ref: string | undefined;
  /** Directory below which every `*.yaml`, `*.yml` and `*.json` is a declaration; `.` is the root. */
  readonly path: string;
  readonly intervalMs: number;
  /** File with `username:password` or a token, or a directory with the well-known files. */
  readonly credentialsFile: string | undefined;
  /** The one tip that may replace a rewritten fleet history. */
  readonly acceptedTip: string | undefined;
  readonly webhook: { readonly kind: WebhookKind; readonly secretFile: string } | undefined;
  /** Declares the Cluster `local` where the fleet names none. */
  readonly localCluster: boolean;
}

export interface SourceWatcherConfig {
  readonly fleet: FleetConfig;
  /** Hosts beside the fleet's own; `any` leaves it to the egress policy. */
  readonly gitHosts: readonly string[];
  readonly privateHosts: readonly string[];
  readonly allowHttpLoopback: boolean;
  readonly allowFileBelow: string | undefined;
  /** Bare repositories: a cache that may be lost. */
  readonly storeDir: string;
  readonly secretsDir: string | undefined;
  /** What one source may take of the store: its trees, and the files that its applications read. */
  readonly sourceQuotaBytes: number;
  readonly webhookHost: string;
  /** undefined: no webhook endpoint; 0: any free port. */
  readonly webhookPort: number | undefined;
}

/** Settings of this service, in its process. */
export const settings = {
  ...commonSettings,
  fleetUrl: {
    env: "EVENKEEL_FLEET_URL",
    type: "text",
    help: "URL of the fleet repository, which declares everything else.",
    example: "https://git.example.org/platform/fleet.git",
  },
  fleetRef: {
    env: "EVENKEEL_FLEET_REF",
    type: "text",
    optional: true,
    help: "Branch, full Git ref or full commit id of the fleet repository; by default the remote's HEAD.",
    example: "main",
  },
  fleetPath: {
    env: "EVENKEEL_FLEET_PATH",
    type: "text",
    default: "/",
    help: "Directory of the fleet repository below which every *.yaml, *.yml and *.json is a declaration.",
    example: "/fleet",
  },
  fleetIntervalMs: {
    env: "EVENKEEL_FLEET_INTERVAL",
    type: "duration",
    default: "60s",
    min: 1000,
    help: "How often the fleet repository is asked.",
    example: "60s",
  },
  fleetCredentialsFile: {
    env: "EVENKEEL_FLEET_CREDENTIALS_FILE",
    type: "path",
    optional: true,
    help: "File with username:password or a token; or a directory with username and password, bearerToken, or identity and known_hosts, and ca.crt.",
    example: "/etc/evenkeel/fleet-credentials",
  },
  fleetAcceptedTip: {
    env: "EVENKEEL_FLEET_ACCEPTED_TIP",
    type: "text",
    optional: true,
    help: "Full commit id that may replace a rewritten history of the fleet repository.",
    example: "3f9c2ab0c7d1e5f4a3b2c1d0e9f8a7b6c5d4e3f2",
  },
  fleetWebhookKind: {
    env: "EVENKEEL_FLEET_WEBHOOK_KIND",
    type: "choice",
    choices: ["github", "gitlab", "gitea", "generic"],
    optional: true,
    help: "Who signs push events of the fleet repository (POST /hooks/_fleet).",
    example: "github",
  },
  fleetWebhookSecretFile: {
    env: "EVENKEEL_FLEET_WEBHOOK_SECRET_FILE",
    type: "path",
    optional: true,
    help: "File with the secret of those push events.",
    example: "/etc/evenkeel/fleet-webhook/token",
  },
  gitHosts: {
    env: "EVENKEEL_GIT_HOSTS",
    type: "list",
    default: "none",
    help: "Git hosts that may be contacted beside the fleet's own, separated by commas; any: all public ones.",
    example: "github.com,git.example.org",
  },
  privateHosts: {
    env: "EVENKEEL_GIT_PRIVATE_HOSTS",
    type: "list",
    default: "none",
    help: "Git hosts that may resolve to private or loopback addresses, separated by commas.",
    example: "git.corp.example",
  },
  allowHttpLoopback: {
    env: "EVENKEEL_ALLOW_HTTP_LOOPBACK",
    type: "bool",
    default: "false",
    help: "Allows Git over plain http to this machine: for the tour and tests.",
    example: "true",
  },
  allowFileBelow: {
    env: "EVENKEEL_ALLOW_FILE",
    type: "path",
    optional: true,
    help: "Allows Git repositories in directories below this one: for the tour and tests.",
    example: "/srv/git",
  },
  localCluster: {
    env: "EVENKEEL_LOCAL_CLUSTER",
    type: "bool",
    default: "false",
    help: "Where the fleet declares no Cluster: the kubeconfig's current context is the Cluster local.",
    example: "true",
  },
  secretsDir: {
    env: "EVENKEEL_SECRETS_DIR",
    type: "path",
    optional: true,
    help: "Directory of referenced secrets: <name>/<key>.",
    example: "/etc/evenkeel/secrets",
  },
  sourceQuotaBytes: {
    env: "EVENKEEL_SOURCE_QUOTA",
    type: "size",
    default: "256Mi",
    min: 1024,
    help: "How much of one repository is stored at most: its directories, and the files that its applications read.",
    example: "256Mi",
  },
  webhookPort: {
    env: "EVENKEEL_WEBHOOK_PORT",
    type: "port",
    optional: true,
    help: "Port of the webhook endpoint (POST /hooks/<repository>), on the listen host; without it there is none.",
    example: "9292",
  },
} as const;

const fleetPathOf = (text: string): string | undefined => {
  const steps = text.split("/").filter((step) => step !== "" && step !== ".");
  if (steps.includes("..")) return undefined;
  return steps.length === 0 ? "." : steps.join("/");
};

/** Reads the configuration of the process; throws ConfigInvalid that names all problems. */
export const readConfig = (env: Environment = process.env): CommonConfig & SourceWatcherConfig => {
  const values = readSettings(settings, env);
  const problems: string[] = [];
  const path = fleetPathOf(values.fleetPath);
  if (path === undefined) problems.push(`EVENKEEL_FLEET_PATH must not hold ".."; example: /fleet`);
  if ((values.fleetWebhookKind === undefined) !== (values.fleetWebhookSecretFile === undefined))
    problems.push("EVENKEEL_FLEET_WEBHOOK_KIND and EVENKEEL_FLEET_WEBHOOK_SECRET_FILE must be set together");
  if (values.fleetAcceptedTip !== undefined && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(values.fleetAcceptedTip))
    problems.push(`EVENKEEL_FLEET_ACCEPTED_TIP is not a full commit id; example: ${settings.fleetAcceptedTip.example}`);
  if (problems.length > 0) throw new ConfigInvalid(problems);
  const common = commonConfig("source-watcher", values);
  return {
    ...common,
    fleet: {
      url: values.fleetUrl,
      ref: values.fleetRef,
      path: path ?? ".",
      intervalMs: values.fleetIntervalMs,
      credentialsFile: values.fleetCredentialsFile,
      acceptedTip: values.fleetAcceptedTip,
      webhook:
        values.fleetWebhookKind === undefined || values.fleetWebhookSecretFile === undefined
          ? undefined
          : { kind: values.fleetWebhookKind, secretFile: values.fleetWebhookSecretFile },
      localCluster: values.localCluster,
    },
    gitHosts: values.gitHosts.filter((host) => host !== "none"),
    privateHosts: values.privateHosts.filter((host) => host !== "none"),
    allowHttpLoopback: values.allowHttpLoopback,
    allowFileBelow: values.allowFileBelow,
    storeDir: `${common.dataDir}/git`,
    secretsDir: values.secretsDir,
    sourceQuotaBytes: values.sourceQuotaBytes,
    webhookHost: common.listenHost,
    webhookPort: values.webhookPort,
  };
};
