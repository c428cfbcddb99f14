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

/** The result, or the signal's reason as soon as it ends; the work itself goes on unseen. */
export const orAborted = async <T>(work: Promise<T>, signal?: AbortSignal): Promise<T> => {
  if (signal === undefined) return work;
  if (signal.aborted) {
    work.catch(() => {});
    signal.throwIfAborted();
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", end);
    promise.catch(() => {});
  }
};
