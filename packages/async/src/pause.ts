import { setTimeout as delay } from "node:timers/promises";

/** What a timer of Node can hold: one for longer ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits; throws the signal's reason as soon as that ends. */
export const pause = async (ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  try {
    for (let left = ms; ; left -= LONGEST_MS) {
      await delay(Math.min(left, LONGEST_MS), undefined, signal === undefined ? {} : { signal });
      if (!(left > LONGEST_MS)) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
};
