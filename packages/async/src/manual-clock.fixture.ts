// For tests only: a clock that moves when it is told.

/** The sleeps that fall due end in the turn of `pass`. */
export const manualClock = () => {
  let now = 0;
  const sleeps = new Set<{ readonly at: number; readonly end: () => void }>();
  return {
    monotonic: () => now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal.throwIfAborted();
        const sleep = { at: now + ms, end: resolve };
        sleeps.add(sleep);
        signal.addEventListener("abort", () => {
          sleeps.delete(sleep);
          reject(signal.reason as Error);
        });
      }),
    asleep: () => sleeps.size,
    pass: async (ms: number) => {
      now += ms;
      for (const sleep of sleeps) {
        if (sleep.at > now) continue;
        sleeps.delete(sleep);
        sleep.end();
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
};
