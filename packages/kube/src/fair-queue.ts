/** Whoever waits for a place: for the calls of one share, about one kind. */
export interface Waiter {
  readonly share: string;
  readonly lane: string;
  start(): void;
}

/** Waiters by share; the one with the fewest calls open comes next, and of several the one that came in longest ago. */
export interface FairQueue {
  add(waiter: Waiter): void;
  remove(waiter: Waiter): void;
  /** Takes out the next that may start; what belongs to no share goes first. */
  next(mayStart: (waiter: Waiter) => boolean): Waiter | undefined;
}

/** `openOf` tells how many calls of a share are open. */
export const createFairQueue = (openOf: (share: string) => number): FairQueue => {
  const shares = new Map<string, Set<Waiter>>();
  const remove = (waiter: Waiter): void => {
    const queue = shares.get(waiter.share);
    queue?.delete(waiter);
    if (queue?.size === 0) shares.delete(waiter.share);
  };
  const rank = (share: string): number => (share === "" ? -1 : openOf(share));
  return {
    add: (waiter) => {
      const queue = shares.get(waiter.share) ?? new Set();
      queue.add(waiter);
      shares.set(waiter.share, queue);
    },
    remove,
    next: (mayStart) => {
      for (const [share, queue] of [...shares].toSorted(([a], [b]) => rank(a) - rank(b))) {
        for (const waiter of queue) {
          if (!mayStart(waiter)) continue;
          shares.delete(share); // its others go behind those of the same rank
          queue.delete(waiter);
          if (queue.size > 0) shares.set(share, queue);
          return waiter;
        }
      }
      return undefined;
    },
  };
};
