import { connectBus } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { services } from "@evenkeel/contracts";
import type { RunningService } from "@evenkeel/contracts";
import type { Clock, Disk, Rng } from "@evenkeel/machine";
import type { Telemetry } from "@evenkeel/telemetry";

import type { CommonConfig } from "./common-settings.ts";
import { runProcess } from "./run-process.ts";
import type { ServiceProcess } from "./run-process.ts";

/**
 * What a service is given beside its configuration. One that reaches more of the world has a type of its own that extends
 * this: further ports, each optional, with the real one where it is left out.
 */
export interface ServiceRun {
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  /** The machine's unless given. */
  readonly clock?: Clock;
  /** The machine's unless given. */
  readonly rng?: Rng;
  /** The machine's unless given. */
  readonly disk?: Disk;
  /** To be called once it does its work, with the `host:port` at which it answers, if it answers anybody. */
  readonly onReady?: (address?: string) => void;
  /** Says beside readiness what is not as it should be. */
  readonly remark?: (name: string, text: string) => void;
}

/** What a service shows of itself to who runs it, as a process of its own or beside others in one. */
export interface Service<C extends CommonConfig, Given extends ServiceRun = ServiceRun> extends Pick<
  ServiceProcess<string, C>,
  "settings" | "readConfig"
> {
  /** Works until the signal ends; throws where the bus is lost for good. */
  readonly run: (config: C, given: Given, signal: AbortSignal) => Promise<void>;
}

/** A service of the bus as a process: connected as itself, ready once the bus answers and the service says so. */
export const runService = async <C extends CommonConfig>(
  service: RunningService,
  { run, ...how }: Service<C>,
): Promise<void> => {
  const { about, waitsFor } = services[service];
  const [name, words] = waitsFor;
  return runProcess({
    ...how,
    service,
    about,
    start: async (config, { bus: identity, probes, signal, telemetry }) => {
      let isReady = false;
      const onReady = (): void => {
        isReady = true;
      };
      probes.check(name, () => (isReady ? undefined : words));
      probes.check("bus", () => "is not connected yet");
      await using bus = await connectBus(identity, telemetry, signal);
      probes.check("bus", () => bus.fault());
      await run(config, { bus, telemetry, onReady, remark: (about, text) => probes.remark(about, text) }, signal);
    },
  });
};
