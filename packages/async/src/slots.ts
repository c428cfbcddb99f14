/** Who waits for a place, who is next, and how many places there are: the policy of a room with places. */
export interface Line<Ask> {
  add(ask: Ask): void;
  /** It does not wait any more. */
  remove(ask: Ask): void;
  /** Takes out the next that there is a place for now, and counts the place as taken; undefined: nobody may begin. */
  next(): Ask | undefined;
}

/** Places that are given out as a line says. */
export interface Places<Ask> {
  /** Waits for a place. Throws the signal's reason when that ends first; then there is no place to give back. */
  take(ask: Ask, signal?: AbortSignal): Promise<void>;
  /** The line counts a place as free: whoever it is for begins. */
  serve(): void;
}

/** Gives out the places of a line. */
export const placesOf = <Ask extends object>(line: Line<Ask>): Places<Ask> => {
  const waiting = new Map<Ask, () => void>();
  const serve = (): void => {
    for (let ask = line.next(); ask !== undefined; ask = line.next()) waiting.get(ask)?.();
  };
  return {
    serve,
    take: (ask, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = (): void => {
          waiting.delete(ask);
          line.remove(ask);
          reject(signal?.reason as Error);
        };
        waiting.set(ask, () => {
          waiting.delete(ask);
          signal?.removeEventListener("abort", leave);
          resolve();
        });
        signal?.addEventListener("abort", leave, { once: true });
        line.add(ask);
        serve();
      }),
  };
};

/** At most so many at a time under one key. */
export interface Slots {
  /** Runs `work` once there is a place, in the order of asking. Throws what it throws, or the signal's reason. */
  run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** `count` places for each key: whoever holds all of one keeps nobody waiting but for that one. */
export const createSlots = (count: number): Slots => {
  const taken = new Map<string, number>();
  const waiting = new Set<{ readonly key: string }>();
  const change = (key: string, by: 1 | -1): void => {
    const now = (taken.get(key) ?? 0) + by;
    if (now === 0) taken.delete(key);
    else taken.set(key, now);
  };
  const places = placesOf<{ readonly key: string }>({
    add: (ask) => void waiting.add(ask),
    remove: (ask) => void waiting.delete(ask),
    next: () => {
      for (const ask of waiting) {
        if ((taken.get(ask.key) ?? 0) >= count) continue;
        waiting.delete(ask);
        change(ask.key, 1);
        return ask;
      }
      return undefined;
    },
  });
  return {
    run: async (key, work, signal) => {
      await places.take({ key }, signal);
      try {
        signal?.throwIfAborted();
        return await work();
      } finally {
        change(key, -1);
        places.serve();
      }
    },
  };
};
