import { createProcess } from "../process/simulated-process.ts";
import type { SimulatedProcess } from "../process/simulated-process.ts";
import type { Replicated } from "../scenario/scenario.ts";
import type { Seeded } from "../time/seeded.ts";
import type { VirtualTime } from "../time/virtual-time.ts";

/** One replica of a service over all its incarnations: whatever ends it, it is begun again. */
export interface Replica {
  readonly service: Replicated;
  /** Such as `applier-0`: kept over restarts, as in a pod whose container is begun again. */
  readonly instance: string;
  /** The incarnation that there is now. */
  readonly process: SimulatedProcess;
  readonly restarts: number;
}

export interface ReplicaParts {
  readonly time: VirtualTime;
  readonly chance: Seeded;
  /** All that one incarnation does, as the process; it may end by itself. */
  readonly work: (replica: Pick<Replica, "service" | "instance">, process: SimulatedProcess) => Promise<void>;
  /** Told why an incarnation ended by itself. */
  readonly onEnd: (process: SimulatedProcess, error: unknown) => void;
}

/** Who sees to it begins it again after so long. */
const RESTART_MS = 1_000;

export const startReplica = (service: Replicated, number: number, parts: ReplicaParts): Replica => {
  const { time, work, onEnd } = parts;
  const instance = `${service}-${number}`;
  const chance = parts.chance.fork(instance);
  let restarts = 0;
  const begin = (): SimulatedProcess => {
    const process = createProcess(`${instance}.${restarts}`, time, chance.fork(String(restarts)));
    process.killed.addEventListener("abort", () => time.after(RESTART_MS, again));
    const ended = (error: unknown): void => {
      if (process.state === "killed") return;
      onEnd(process, error);
      process.kill();
    };
    process.run(() => work({ service, instance }, process)).then(() => ended(undefined), ended);
    return process;
  };
  const again = (): void => {
    restarts += 1;
    process = begin();
  };
  let process = begin();
  return {
    service,
    instance,
    get process() {
      return process;
    },
    get restarts() {
      return restarts;
    },
  };
};
