import { smallProfile } from "@evenkeel/contracts";
import type { ShardCounts } from "@evenkeel/contracts";
import type { TelemetryConfig } from "@evenkeel/telemetry";

import type { Settings, SettingsTable } from "./setting.ts";
import { VERSION } from "./version.ts";

/** Settings that every service has. */
export const commonSettings = {
  busServers: {
    env: "EVENKEEL_BUS_SERVERS",
    type: "list",
    default: "nats://127.0.0.1:4222",
    help: "Servers of the bus, separated by commas.",
    example: "tls://nats-0.nats:4222,tls://nats-1.nats:4222",
  },
  busSeedFile: {
    env: "EVENKEEL_BUS_SEED_FILE",
    type: "path",
    help: "File with the nkey seed of this service: its identity on the bus, which also signs its facts.",
    example: "/etc/evenkeel/bus/seed.nk",
  },
  busTrustFile: {
    env: "EVENKEEL_BUS_TRUST_FILE",
    type: "path",
    help: "File with the public keys of all services and the roles they may sign for.",
    example: "/etc/evenkeel/bus/trust.json",
  },
  busTlsDir: {
    env: "EVENKEEL_BUS_TLS_DIR",
    type: "path",
    optional: true,
    help: "Directory with ca.crt, tls.crt and tls.key for mutual TLS with the bus.",
    example: "/etc/evenkeel/bus-tls",
  },
  profile: {
    env: "EVENKEEL_PROFILE",
    type: "choice",
    choices: ["small", "standard", "large"],
    default: "small",
    help: "Shards of the installation, as its bus was made with: small (8 and 4), standard (32 and 16), large (64 and 16).",
    example: "standard",
  },
  production: {
    env: "EVENKEEL_PRODUCTION",
    type: "bool",
    default: "false",
    help: "Refuses a bus that is not known to sync each write to disk.",
    example: "true",
  },
  installation: {
    env: "EVENKEEL_INSTALLATION",
    type: "text",
    help: "Installation id: part of the identity of every object that Evenkeel owns; never changed.",
    example: "prod-7c1e",
  },
  instance: {
    env: "EVENKEEL_INSTANCE",
    type: "text",
    optional: true,
    help: "Instance id of this replica (in Kubernetes the pod's UID); by default kept in the data directory.",
    example: "0b0f6c1e-6d3f-4b1e-9d57-2f2f6d9f0f11",
  },
  dataDir: {
    env: "EVENKEEL_DATA_DIR",
    type: "path",
    default: ".evenkeel",
    help: "Directory for what this service may lose: its instance id and caches.",
    example: "/var/lib/evenkeel",
  },
  listenHost: {
    env: "EVENKEEL_LISTEN_HOST",
    type: "text",
    default: "127.0.0.1",
    help: "Address that probes and metrics are bound to.",
    example: "0.0.0.0",
  },
  probePort: {
    env: "EVENKEEL_PROBE_PORT",
    type: "port",
    optional: true,
    help: "Port of /livez, /readyz and /startupz; without it there are no probes.",
    example: "8081",
  },
  metricsPort: {
    env: "EVENKEEL_METRICS_PORT",
    type: "port",
    optional: true,
    help: "Port of /metrics in Prometheus form; without it no metrics are kept.",
    example: "9464",
  },
  otlpEndpoint: {
    env: "EVENKEEL_OTLP_ENDPOINT",
    type: "url",
    optional: true,
    help: "Base URL of an OTLP/HTTP collector for traces; without it none are kept.",
    example: "http://127.0.0.1:4318",
  },
  logLevel: {
    env: "EVENKEEL_LOG_LEVEL",
    type: "choice",
    choices: ["debug", "info", "warn", "error"],
    default: "info",
    help: "Lowest level that is logged: debug, info, warn or error.",
    example: "debug",
  },
  graceMs: {
    env: "EVENKEEL_GRACE",
    type: "duration",
    default: "20s",
    min: 100,
    help: "Time from SIGTERM to the forced end: what is in hand is finished or handed back within it.",
    example: "25s",
  },
} as const satisfies SettingsTable;

/** How a service reaches the bus; files are read by the process (see `loadBus`). */
export interface BusSettings {
  readonly servers: readonly string[];
  readonly seedFile: string;
  readonly trustFile: string;
  readonly tlsDir?: string;
  readonly counts: ShardCounts;
  readonly production: boolean;
}

const profiles = {
  small: smallProfile,
  standard: { partitions: 32, sourceShards: 16 },
  large: { partitions: 64, sourceShards: 16 },
} as const satisfies Record<(typeof commonSettings)["profile"]["choices"][number], ShardCounts>;

/** What every service's configuration holds. */
export interface CommonConfig {
  readonly telemetry: TelemetryConfig;
  readonly bus: BusSettings;
  readonly installation: string;
  readonly instance: string | undefined;
  readonly dataDir: string;
  readonly listenHost: string;
  readonly probePort: number | undefined;
  readonly graceMs: number;
}

/** The configuration that comes of the common settings. */
export const commonConfig = (service: string, values: Settings<typeof commonSettings>): CommonConfig => ({
  telemetry: {
    service,
    version: VERSION,
    logLevel: values.logLevel,
    metricsHost: values.listenHost,
    ...(values.metricsPort === undefined ? {} : { metricsPort: values.metricsPort }),
    ...(values.otlpEndpoint === undefined ? {} : { otlpEndpoint: values.otlpEndpoint }),
  },
  bus: {
    servers: values.busServers,
    seedFile: values.busSeedFile,
    trustFile: values.busTrustFile,
    counts: profiles[values.profile],
    production: values.production,
    ...(values.busTlsDir === undefined ? {} : { tlsDir: values.busTlsDir }),
  },
  installation: values.installation,
  instance: values.instance,
  dataDir: values.dataDir,
  listenHost: values.listenHost,
  probePort: values.probePort,
  graceMs: values.graceMs,
});
