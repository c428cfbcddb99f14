// For tests only: the machine's time, which a test can let pass at once.
import { systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";

/** A clock that runs as the machine's does, and leaps when told; sleeps that end within the leap end at once. */
export interface HurriedClock extends Clock {
  leap(ms: number): void;
}

export const createHurriedClock = (): HurriedClock => {
  let ahead = 0;
  const sleeping = new Set<() => void>();
  const monotonic = (): number => systemClock.monotonic() + ahead;
  return {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + ahead),
    monotonic,
    sleep: async (ms, signal) => {
      const until = monotonic() + ms;
      const woken = Promise.withResolvers<void>();
      const look = (): void => (monotonic() >= until ? woken.resolve() : undefined);
      const ended = new AbortController();
      sleeping.add(look);
      try {
        await Promise.race([
          woken.promise,
          systemClock.sleep(ms, signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal])),
        ]);
      } finally {
        sleeping.delete(look);
        ended.abort();
      }
    },
    leap: (ms) => {
      ahead += ms;
      for (const look of sleeping) look();
    },
  };
};
