import { startTelemetry } from "@evenkeel/telemetry";
import type { Telemetry } from "@evenkeel/telemetry";

import { loadBus } from "./load-bus.ts";
import type { BusIdentity } from "./load-bus.ts";
import type { CommonConfig } from "./common-settings.ts";
import { awaitEnd } from "./end-signals.ts";
import { instanceId } from "./instance-id.ts";
import { helpText, printConfig } from "./print-settings.ts";
import { createProbes, serveProbes } from "./probes.ts";
import type { Probes } from "./probes.ts";
import { ConfigInvalid } from "./read-settings.ts";
import type { Environment } from "./read-settings.ts";
import type { SettingsTable } from "./setting.ts";
import { VERSION } from "./version.ts";

/** What the process lends to the service it runs. */
export interface Host<S extends string> {
  /** What `connectBus` needs. */
  readonly bus: BusIdentity<S>;
  readonly telemetry: Telemetry;
  readonly probes: Probes;
  /** Id of this replica. */
  readonly instance: string;
  /** Aborted when the process is to end; `start` then finishes or hands back what it holds and returns. */
  readonly signal: AbortSignal;
}

export interface ServiceProcess<S extends string, C extends CommonConfig> {
  readonly service: S;
  /** One sentence for `--help`. */
  readonly about: string;
  readonly settings: SettingsTable;
  readonly readConfig: (env: Environment) => C;
  readonly start: (config: C, host: Host<S>) => Promise<void>;
}

/** Runs a step of the configuration; its problems are listed together and mean exit code 2. */
const configured = async <T>(service: string, step: () => T | Promise<T>): Promise<T | undefined> => {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    process.stderr.write(`evenkeel ${service}: the configuration cannot be used\n`);
    for (const problem of error.problems) process.stderr.write(`  ${problem}\n`);
    process.exitCode = 2;
    return undefined;
  }
};

/** Something left open must not keep a process that has ended: the one forced exit beside the grace period's. */
const lastResort = (afterMs: number): void => void setTimeout(() => process.exit(), afterMs).unref();

const cutShort = (error: unknown, signal: AbortSignal): boolean =>
  signal.aborted &&
  error instanceof Error &&
  (error === signal.reason || error.cause === signal.reason || error.name === "AbortError");

const live = async <S extends string, C extends CommonConfig>(
  service: ServiceProcess<S, C>,
  config: C,
  bus: BusIdentity<S>,
): Promise<void> => {
  const { instance } = bus;
  const probes = createProbes();
  await using telemetry = startTelemetry({ ...config.telemetry, instance });
  using ending = awaitEnd(config.graceMs, telemetry.log, () => probes.drain());
  await using _served =
    config.probePort === undefined
      ? undefined
      : await serveProbes(probes, { host: config.listenHost, port: config.probePort });
  telemetry.log.info("started", { instance, installation: config.installation, pid: process.pid });
  try {
    await service.start(config, { bus, telemetry, probes, instance, signal: ending.signal });
    telemetry.log.info("ended", { asked: ending.signal.aborted });
  } catch (error) {
    // A wait that the end of the process cut short is no failure.
    if (cutShort(error, ending.signal)) {
      telemetry.log.info("ended", { asked: true });
      return;
    }
    telemetry.log.error("failed", { error });
    ending.begin("failure", 1);
  }
};

/** A service as a process: configuration (exit 2 before any connection, all problems listed), telemetry, probes, signals,
 *  exit code. Returns when the service has ended; the process exits by itself once nothing is left open. */
export const runProcess = async <S extends string, C extends CommonConfig>(
  service: ServiceProcess<S, C>,
  args: readonly string[] = process.argv.slice(2),
  // Handed on to the service's own config.ts, which alone reads it.
  // oxlint-disable-next-line node/no-process-env
  env: Environment = process.env,
): Promise<void> => {
  const [option] = args;
  if (option === "--help") process.stdout.write(helpText(service.service, service.about, service.settings));
  else if (option === "--version") process.stdout.write(`${VERSION}\n`);
  else if (option === "--print-config") process.stdout.write(printConfig(service.settings, env));
  else if (option !== undefined) {
    process.stderr.write(`evenkeel ${service.service}: unknown option ${option}; try --help\n`);
    process.exitCode = 2;
    return;
  }
  if (option === "--help" || option === "--version") return;
  const config = await configured(service.service, () => service.readConfig(env));
  if (config === undefined || option !== undefined) return;
  const bus = await configured(service.service, async () => {
    const instance = config.instance ?? (await instanceId(config.dataDir, service.service));
    return await loadBus(service.service, instance, config);
  });
  if (bus === undefined) return;
  await live(service, config, bus);
  lastResort(2000);
};
