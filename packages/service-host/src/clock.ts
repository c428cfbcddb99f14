import { randomInt } from "node:crypto";

import { pause } from "@evenkeel/async";

/** Time as a service reaches it; a test or a simulation gives its own. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never step back, for measuring. */
  monotonic(): number;
  /** Throws the signal's reason when it ends first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: pause,
};

/** A number between 0 and 1, to spread what many would do at once. */
export const chanceOfSystem = (): number => randomInt(1_000_000) / 1_000_000;
