import { orAborted } from "./until-aborted.ts";

/** Waits as a clock does; throws when the signal ends first. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Wakes whoever waits for a change; it says that there is one, not which. */
export interface Bell {
  /** Wakes all who wait; what rings while nobody does is heard by the next who waits, once. */
  ring(): void;
  /** Resolves at the next ring. Throws the signal's reason when that ends first. */
  heard(signal?: AbortSignal): Promise<void>;
  /** Waits so long at most; false if only the time passed. */
  heardWithin(ms: number, sleep: Sleep, signal: AbortSignal): Promise<boolean>;
}

export const createBell = (): Bell => {
  let next = Promise.withResolvers<void>();
  let isRung = false;
  /** A ring is over once one who waited for it goes on. */
  const hear = (mine: typeof next): void => {
    if (!isRung || next !== mine) return;
    isRung = false;
    next = Promise.withResolvers();
  };
  return {
    ring: () => {
      isRung = true;
      next.resolve();
    },
    heard: async (signal) => {
      const mine = next;
      await orAborted(mine.promise, signal);
      hear(mine);
    },
    heardWithin: async (ms, sleep, signal) => {
      signal.throwIfAborted();
      const mine = next;
      const over = new AbortController();
      const late = sleep(ms, AbortSignal.any([signal, over.signal])).then(() => false);
      try {
        const isHeard = await Promise.race([mine.promise.then(() => true), late]);
        if (isHeard) hear(mine);
        return isHeard;
      } finally {
        over.abort();
      }
    },
  };
};
