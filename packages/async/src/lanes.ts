/** Work of one key in turn; other keys go on beside it. */
export interface Lanes<K> {
  /** Runs `work` once all that came before it under its key is over, however that ended. */
  run<T>(key: K, work: () => Promise<T>): Promise<T>;
  /** Resolves once nothing goes on and nothing waits. */
  idle(): Promise<void>;
}

export const createLanes = <K = string>(): Lanes<K> => {
  const last = new Map<K, Promise<void>>();
  return {
    run: async (key, work) => {
      const before = last.get(key);
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      last.set(key, ended);
      await before;
      try {
        return await work();
      } finally {
        if (last.get(key) === ended) last.delete(key);
        end();
      }
    },
    idle: async () => {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
};

/** One work a key, in turn; calls that wait for the same run of it share that. */
export interface Rounds<K> {
  /** Runs the work of a key once more, from the start, after this call. */
  run(key: K): Promise<void>;
}

/** A failed run is told to its own callers; the next one starts all the same. */
export const createRounds = <K = string>(work: (key: K) => Promise<void>): Rounds<K> => {
  const lanes = createLanes<K>();
  const waiting = new Map<K, Promise<void>>();
  return {
    run: (key) => {
      const shared = waiting.get(key);
      if (shared !== undefined) return shared;
      const next = lanes.run(key, () => {
        waiting.delete(key);
        return work(key);
      });
      waiting.set(key, next);
      return next;
    },
  };
};
