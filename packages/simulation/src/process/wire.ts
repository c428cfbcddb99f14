import type { Seeded } from "../time/seeded.ts";
import type { VirtualTime } from "../time/virtual-time.ts";
import { createLink } from "./link.ts";
import type { LinkState } from "./link.ts";
import { outsideProcesses } from "./simulated-process.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** Both ways between one process and another place of the world, each in order. */
export interface Wire {
  /** From the process to the place: `arrive` runs there, as nobody's code. */
  send(arrive: () => void): void;
  /** From the place to the process: `arrive` runs as the process. */
  answer(arrive: () => void): void;
  /** What is sent, or what is answered, comes, waits or is lost. */
  set(way: "out" | "in" | "both", state: LinkState): void;
}

/** Most of a network within one site; one in a hundred is held up. */
const latencyOf = (chance: Seeded) => (): number =>
  chance.often(0.01) ? 50 * chance.chance() : 0.1 + 1.5 * chance.chance();

export const createWire = (process: SimulatedProcess, time: VirtualTime, chance: Seeded): Wire => {
  const out = createLink(time, latencyOf(chance));
  const back = createLink(time, latencyOf(chance));
  return {
    send: (arrive) => {
      if (process.state === "killed") return;
      process.step(() => out.send(() => outsideProcesses(arrive)));
    },
    answer: (arrive) => back.send(() => void process.deliver(0, arrive)),
    set: (way, state) => {
      if (way !== "in") out.set(state);
      if (way !== "out") back.set(state);
    },
  };
};
