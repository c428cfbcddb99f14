import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds before try `attempt` (from 0): doubling from `first` to `most`, +-20 % so that many do not meet again. */
export const backOffMs = (attempt: number, first: number, most: number): number =>
  jitter(Math.min(most, first * 2 ** Math.min(attempt, 20)));

export const jitter = (ms: number): number => ms * (0.8 + Math.random() * 0.4);

/** Waits; throws the signal's reason when it ends. */
export const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
