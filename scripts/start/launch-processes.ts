import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { RunningService } from "@evenkeel/contracts";
import type { NatsServer } from "@evenkeel/embedded-nats";
import { ensurePrograms, freePort } from "@evenkeel/programs";
import { silentTelemetry } from "@evenkeel/telemetry";
import type { LogLevel } from "@evenkeel/telemetry";

import { environmentOf } from "./environment.ts";
import type { Surroundings } from "./environment.ts";
import { openInstallation, startOrder } from "./installation.ts";
import type { Installation } from "./installation.ts";
import { startServiceProcess } from "./service-process.ts";
import type { ServiceProcess } from "./service-process.ts";
import { startBus } from "./start-bus.ts";

export interface LaunchOptions {
  readonly dir: string;
  readonly kubeconfig: string;
  readonly fleetUrl: string;
  readonly fleetInterval?: string;
  readonly otlpEndpoint?: string;
  readonly logLevel?: LogLevel;
  /** An earlier installation to go on as. */
  readonly takeOver?: string;
  /** Added to the environment of a service. */
  readonly extra?: Partial<Readonly<Record<RunningService, Readonly<Record<string, string>>>>>;
}

/** Every service as a process of its own around one nats-server, as in a scaled-out installation with one replica each. */
export interface Launched extends AsyncDisposable {
  readonly installation: Installation;
  readonly nats: NatsServer;
  readonly bus: LaunchedBus;
  readonly statusAddress: string;
  /** Where push events are posted: `<webhookUrl>/hooks/<repository>`, signed with `webhookSecret`. */
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly pidOf: (service: RunningService) => number;
  /** Resolves with the exit code once the service has ended; null if by a signal. */
  readonly exitOf: (service: RunningService) => Promise<number | null>;
  /** Ends a service by SIGKILL and starts it again at once. */
  readonly killAndRestart: (service: RunningService) => Promise<void>;
  readonly logOf: (service: RunningService) => string;
  /** Of each service that has ended, the last line of its log; for whoever waits in vain. */
  readonly lastWords: () => Promise<readonly string[]>;
  /** Stops every service by SIGTERM; `startServices` starts them again. */
  readonly stopServices: () => Promise<void>;
  readonly startServices: () => void;
}

/** The bus of a launch: it may be stopped, and started again on the same address. */
export interface LaunchedBus {
  /** Where JetStream keeps everything. */
  readonly storeFolder: string;
  /** Ends the server by SIGKILL. */
  readonly kill: () => Promise<void>;
  /** Starts it on what the store folder holds, and makes what is missing there; for the keys of another installation if given. */
  readonly start: (keys?: Installation["keys"]) => Promise<void>;
}

/** Starts bus and services; they find each other as the bus comes up. Repositories may use the webhook secret `hook/token`. */
export const launchProcesses = async (options: LaunchOptions, signal: AbortSignal): Promise<Launched> => {
  await using stack = new AsyncDisposableStack();
  const installation = await openInstallation(options.dir, options.takeOver);
  const tools = await ensurePrograms(["kustomize", "helm"]);
  const webhookSecret = "a secret of this run";
  const secretFile = join(options.dir, "secrets", "hook", "token");
  await mkdir(join(options.dir, "secrets", "hook"), { recursive: true });
  await mkdir(join(options.dir, "logs"), { recursive: true });
  await writeFile(secretFile, webhookSecret, { mode: 0o600 });
  const [natsPort, grpcPort, webhookPort] = [await freePort(), await freePort(), await freePort()];
  const openBus = (keys = installation.keys): Promise<NatsServer> =>
    startBus({ ...installation, keys }, silentTelemetry().log, signal, natsPort);
  let nats = await openBus();
  stack.defer(() => nats[Symbol.asyncDispose]());
  const around: Surroundings = {
    installation,
    natsUrl: nats.url,
    kubeconfig: options.kubeconfig,
    fleetUrl: options.fleetUrl,
    fleetInterval: options.fleetInterval ?? "60s",
    fleetWebhookSecretFile: secretFile,
    tools,
    grpcPort,
    webhookPort,
    logLevel: options.logLevel ?? "info",
    allowHttpLoopback: true,
    ...(options.otlpEndpoint === undefined ? {} : { otlpEndpoint: options.otlpEndpoint }),
  };
  const logOf = (service: RunningService): string => join(options.dir, "logs", `${service}.log`);
  const launch = (service: RunningService): ServiceProcess =>
    startServiceProcess(service, { ...environmentOf(service, around), ...options.extra?.[service] }, logOf(service));
  const processes = new Map<RunningService, ServiceProcess>();
  const lastWordsOf = async (service: RunningService): Promise<string> => {
    const log = await readFile(logOf(service), "utf8");
    return `${service} has ended: ${log.trim().split("\n").at(-1)}`;
  };
  const stopServices = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((child) => child[Symbol.asyncDispose]()));
  };
  stack.defer(stopServices);
  const startServices = (): void => {
    for (const service of startOrder) processes.set(service, launch(service));
  };
  startServices();
  const owned = stack.move();
  return {
    installation,
    get nats() {
      return nats;
    },
    bus: {
      storeFolder: join(installation.dir, "nats", "store"),
      kill: () => nats.kill(),
      start: async (keys) => {
        nats = await openBus(keys);
      },
    },
    statusAddress: `127.0.0.1:${grpcPort}`,
    webhookUrl: `http://127.0.0.1:${webhookPort}`,
    webhookSecret,
    pidOf: (service) => processes.get(service)?.pid ?? -1,
    exitOf: async (service) => (await processes.get(service)?.exited) ?? null,
    killAndRestart: async (service) => {
      await processes.get(service)?.kill();
      processes.set(service, launch(service));
    },
    logOf,
    lastWords: () =>
      Promise.all([...processes].filter(([, child]) => child.hasEnded()).map(([service]) => lastWordsOf(service))),
    stopServices,
    startServices,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
