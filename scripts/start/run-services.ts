import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { service as applier } from "@evenkeel/applier";
import { connectBus, createVerifiedMemo } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { smallProfile } from "@evenkeel/contracts";
import type { RunningService } from "@evenkeel/contracts";
import { service as driftDetector } from "@evenkeel/drift-detector";
import { service as renderer } from "@evenkeel/renderer";
import { service as sourceWatcher } from "@evenkeel/source-watcher";
import { service as statusApi } from "@evenkeel/status-api";
import type { CommonConfig, Service, ServiceRun } from "@evenkeel/service-host";
import { startTelemetry } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import { environmentOf, metricsPortOf } from "./environment.ts";
import type { Surroundings } from "./environment.ts";
import { startOrder } from "./installation.ts";
import { openLogFile } from "./log-file.ts";
import type { Screen } from "./screen.ts";

type Start = (env: Readonly<Record<string, string>>, given: ServiceRun, signal: AbortSignal) => Promise<void>;

const asProcess =
  <C extends CommonConfig>({ readConfig, run }: Service<C>): Start =>
  (env, given, signal) =>
    run(readConfig(env), given, signal);

/** Each service with its own configuration, read from the same environment that its process would get. */
const starts: Readonly<Record<RunningService, Start>> = {
  "source-watcher": asProcess(sourceWatcher),
  renderer: asProcess(renderer),
  "drift-detector": asProcess(driftDetector),
  applier: asProcess(applier),
  "status-api": asProcess(statusApi),
};

/** All services running in this process. */
export interface RunningServices extends AsyncDisposable {
  /** `host:port` of the status service. */
  readonly statusAddress: string;
  /** Rejects when a service ends by itself. */
  readonly failed: Promise<never>;
}

const connectAs = (
  service: RunningService,
  around: Surroundings,
  telemetry: Telemetry,
  signal: AbortSignal,
): Promise<Bus> => {
  const { installation, natsUrl } = around;
  return connectBus(
    {
      servers: [natsUrl],
      service,
      instance: installation.instance(service),
      installation: installation.id,
      seed: installation.keys[service].seed,
      trust: installation.trust,
      counts: smallProfile,
      verified,
    },
    telemetry,
    signal,
  );
};

// A fact that one service of this process has verified need not be verified by the others.
const verified = createVerifiedMemo();

/** A connection that reads facts as the status service may: what the tour looks at the bus with. */
export const connectReader = (around: Surroundings, telemetry: Telemetry, signal: AbortSignal): Promise<Bus> =>
  connectAs("status-api", around, telemetry, signal);

/** A bus that is lost is told on the screen: the services only wait, and their logs are elsewhere. */
const tellOfBus = (bus: Bus, screen: Pick<Screen, "bad" | "ok">, stopping: AbortSignal): void =>
  void bus.onLiveness(() => {
    const fault = bus.fault();
    if (fault === undefined) screen.ok("the bus answers again");
    else screen.bad(`the bus ${fault}`);
  }, stopping);

/** Starts every service in this process, each with its own identity on the bus; logs go to `<data>/logs/<service>.log`. */
export const runServices = async (
  around: Surroundings,
  telemetryVersion: string,
  screen: Pick<Screen, "bad" | "ok">,
  stop: AbortSignal,
): Promise<RunningServices> => {
  const logs = join(around.installation.dir, "logs");
  await mkdir(logs, { recursive: true, mode: 0o700 });
  await using stack = new AsyncDisposableStack();
  const stopping = new AbortController();
  stop.addEventListener("abort", () => stopping.abort(), { once: true });
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);
  let statusAddress = "";
  for (const service of startOrder) {
    const lost = (path: string, why: string): void =>
      screen.bad(`${path} cannot be written: ${why}; the services go on without it`);
    const file = stack.use(openLogFile(join(logs, `${service}.log`), lost));
    const metricsPort = metricsPortOf(service, around);
    const telemetry = stack.use(
      startTelemetry({
        service,
        version: telemetryVersion,
        instance: around.installation.instance(service),
        logLevel: around.logLevel,
        logTo: file,
        ...(around.otlpEndpoint === undefined ? {} : { otlpEndpoint: around.otlpEndpoint }),
        ...(metricsPort === undefined ? {} : { metricsPort }),
      }),
    );
    const bus = stack.use(await connectAs(service, around, telemetry, stopping.signal));
    if (service === "status-api") tellOfBus(bus, screen, stopping.signal);
    const ready = Promise.withResolvers<string>();
    const onReady = (address = ""): void => ready.resolve(address);
    const run = starts[service](environmentOf(service, around), { bus, telemetry, onReady }, stopping.signal).catch(
      (error: unknown) => {
        if (stopping.signal.aborted) return;
        telemetry.log.error("failed", { error });
        const wrapped = new Error(`${service} ended: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
        ready.reject(wrapped);
        fail(wrapped);
      },
    );
    // Also where a later service cannot start: those that run would wait for an end that nobody tells.
    stack.defer(async () => {
      stopping.abort();
      await run;
    });
    const detail = await Promise.race([ready.promise, run.then(() => stop.throwIfAborted())]);
    if (detail === undefined) throw new Error(`${service} ended before it was ready`);
    if (service === "status-api") statusAddress = detail;
  }
  const owned = stack.move();
  return { statusAddress, failed, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};
