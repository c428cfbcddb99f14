/** A first look at something, or one at something whose last look was not answered; undefined: no look. */
export type Look = "first" | "again" | undefined;

/** Whoever waits for a place: for the calls of one share, about one kind. */
export interface Waiter {
  readonly share: string;
  readonly about: string;
  readonly look: Look;
}

/**
 * Waiters by share; the one with the fewest calls open comes next, and of several the one that came in longest ago. Within a
 * share looks come after all else, and looks that are made again last.
 */
export interface FairQueue {
  add(waiter: Waiter): void;
  remove(waiter: Waiter): void;
  /** Takes out the next that may start; what belongs to no share goes first. */
  next(mayStart: (waiter: Waiter) => boolean): Waiter | undefined;
}

interface Line {
  readonly others: Set<Waiter>;
  readonly first: Set<Waiter>;
  readonly again: Set<Waiter>;
}

const setOf = (line: Line, { look }: Waiter): Set<Waiter> => line[look ?? "others"];
const isEmpty = ({ others, first, again }: Line): boolean => others.size + first.size + again.size === 0;

/**
 * `openOf` tells how many calls of a share are open, `isTroubled` whether some of them go unanswered: then the newest of
 * its first looks goes first, for those that were there before may all be about what does not answer.
 */
export const createFairQueue = (
  openOf: (share: string) => number,
  isTroubled: (share: string) => boolean,
): FairQueue => {
  const shares = new Map<string, Line>();
  const remove = (waiter: Waiter): void => {
    const line = shares.get(waiter.share);
    if (line === undefined) return;
    setOf(line, waiter).delete(waiter);
    if (isEmpty(line)) shares.delete(waiter.share);
  };
  const rank = (share: string): number => (share === "" ? -1 : openOf(share));
  const inTurn = function* ({ others, first, again }: Line, share: string): Generator<Waiter> {
    yield* others;
    yield* first.size > 1 && isTroubled(share) ? [...first].toReversed() : first;
    yield* again;
  };
  return {
    add: (waiter) => {
      const line = shares.get(waiter.share) ?? { others: new Set(), first: new Set(), again: new Set() };
      setOf(line, waiter).add(waiter);
      shares.set(waiter.share, line);
    },
    remove,
    next: (mayStart) => {
      for (const [share, line] of [...shares].toSorted(([a], [b]) => rank(a) - rank(b))) {
        for (const waiter of inTurn(line, share)) {
          if (!mayStart(waiter)) continue;
          shares.delete(share); // its others go behind those of the same rank
          setOf(line, waiter).delete(waiter);
          if (!isEmpty(line)) shares.set(share, line);
          return waiter;
        }
      }
      return undefined;
    },
  };
};
