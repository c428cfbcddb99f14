import type { Clock } from "@evenkeel/machine";

/** Ties a caller's signal and a deadline, which runs from `start` on, to one controller; `done` must be called. */
export const withDeadline = (clock: Pick<Clock, "after">, signal: AbortSignal, ms: number) => {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal.reason);
  let expired = false;
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  let timer: Disposable | undefined;
  return {
    signal: controller.signal,
    start: () => {
      timer ??= clock.after(ms, () => {
        expired = true;
        controller.abort();
      });
    },
    expired: () => expired,
    done: () => {
      timer?.[Symbol.dispose]();
      signal.removeEventListener("abort", onAbort);
    },
  };
};
