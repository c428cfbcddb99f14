import type { Clock } from "./clock.ts";

/** A signal that ends by itself; disposed of, it never does. */
export interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** The signal ends after so many ms by the clock given, as `AbortSignal.timeout` does by the machine's. */
export const startDeadline = (
  clock: Pick<Clock, "after">,
  ms: number,
  reason: () => Error = () => new DOMException(`it took more than ${ms} ms`, "TimeoutError"),
): Deadline => {
  const late = new AbortController();
  const timer = clock.after(ms, () => late.abort(reason()));
  return { signal: late.signal, [Symbol.dispose]: () => timer[Symbol.dispose]() };
};
