import type { Clock } from "@evenkeel/machine";

/** So many ms of the clock, or until the client is gone. */
export const passed = (clock: Clock, ms: number, signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const over = (): void => {
      timer[Symbol.dispose]();
      signal.removeEventListener("abort", over);
      resolve(undefined);
    };
    const timer = clock.after(ms, over);
    signal.addEventListener("abort", over, { once: true });
  });

/** Until the client is gone. */
export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
