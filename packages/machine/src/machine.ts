import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { systemRng } from "./rng.ts";
import type { Rng } from "./rng.ts";

/** What a process reaches of the machine it runs on. */
export interface Machine {
  readonly clock: Clock;
  readonly rng: Rng;
}

/** The one this process runs on. */
export const thisMachine: Machine = { clock: systemClock, rng: systemRng };
