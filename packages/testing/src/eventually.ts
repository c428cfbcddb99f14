import { setTimeout as delay } from "node:timers/promises";

export interface EventuallyOptions {
  /** How long the check may fail; 10 s by default. */
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Repeats `check` until it neither throws nor gives false, and returns what it gave; past the timeout it throws with the last failure.
 * The one place in our tests that waits by looking again; prefer awaiting an event.
 */
export const eventually = async <T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 20, signal }: EventuallyOptions = {},
): Promise<Exclude<T, false>> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    let failure: unknown;
    try {
      const result = await check();
      if (result !== false) return result as Exclude<T, false>;
      failure = new Error("the check gave false");
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) {
      const reason = failure instanceof Error ? failure.message : String(failure);
      throw new Error(`not within ${timeoutMs} ms: ${reason}`, { cause: failure });
    }
    await delay(intervalMs, undefined, { ...(signal && { signal }) });
  }
};
