import type { Clock } from "./clock.ts";

/** A clock of a machine that never sleeps, of which only this is its own: the rest follows. */
export const clockOn = ({ after, monotonic, now }: Pick<Clock, "now" | "monotonic" | "after">): Clock => ({
  now,
  monotonic,
  sinceBoot: monotonic,
  after,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        timer[Symbol.dispose]();
        reject(signal?.reason as Error);
      };
      const timer = after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
  every: (ms, call) => {
    let next: Disposable;
    const again = (): void => {
      next = after(Math.max(1, ms), () => {
        again();
        call();
      });
    };
    again();
    return { [Symbol.dispose]: () => next[Symbol.dispose]() };
  },
});
