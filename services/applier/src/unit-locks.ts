/** Runs of one unit one after another, also those that no message started. */
export interface UnitLocks {
  /** Runs `work` once no other run of `key` is going on; its signal ends with `signal` or by `supersede`. */
  run<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Tells the run going on over `key` to stop at its next safe point. */
  supersede(key: string): void;
  /** Resolves when no run is going on. */
  idle(): Promise<void>;
}

/** Why a run was told to stop: something newer is there for the unit. */
export class NewerDesired extends Error {
  override readonly name = "NewerDesired";
}

export const createUnitLocks = (): UnitLocks => {
  const tails = new Map<string, Promise<void>>();
  const running = new Map<string, AbortController>();
  return {
    run: async (key, signal, work) => {
      const before = tails.get(key);
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      tails.set(key, ended);
      await before;
      const controller = new AbortController();
      running.set(key, controller);
      try {
        return await work(AbortSignal.any([signal, controller.signal]));
      } finally {
        running.delete(key);
        if (tails.get(key) === ended) tails.delete(key);
        end();
      }
    },
    supersede: (key) => running.get(key)?.abort(new NewerDesired("a newer desired is there")),
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
};
