import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

/** Time and chance as the service reaches them. */
export interface Clock {
  now(): Date;
  /** Milliseconds that never step back, for measuring. */
  monotonic(): number;
  /** Throws the signal's reason when it ends first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A factor between 0.8 and 1.2, so that many sources do not poll at once. */
  jitter(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
  jitter: () => 0.8 + randomInt(400) / 1000,
};
