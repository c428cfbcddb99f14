/** Runs the work of each key one after another; calls that wait for the same key share one run. */
export interface Lanes {
  /** Runs the work of a key once more, from the start, after this call. */
  run(key: string): Promise<void>;
}

/** Different keys run side by side. */
export const createLanes = (work: (key: string) => Promise<void>): Lanes => {
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<void>>();
  return {
    run: (key) => {
      const next = waiting.get(key);
      if (next !== undefined) return next;
      const started = (async () => {
        // A failed run is told to its own callers; the next one starts all the same.
        await running.get(key)?.catch(() => undefined);
        waiting.delete(key);
        const run = work(key);
        running.set(key, run);
        try {
          await run;
        } finally {
          if (running.get(key) === run) running.delete(key);
        }
      })();
      waiting.set(key, started);
      return started;
    },
  };
};
