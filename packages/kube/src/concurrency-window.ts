import { placesOf } from "@evenkeel/async";
import type { Clock } from "@evenkeel/machine";

import { createFairQueue } from "./fair-queue.ts";
import type { Look, Waiter } from "./fair-queue.ts";

/** Whose call it is, about which kind, and whether it is a look. */
export interface CallKind {
  readonly about?: string | undefined;
  readonly share?: string | undefined;
  readonly look?: Look;
}

/**
 * How many calls may be open at once: grows by one per full round, shrinks by a third on trouble, pauses by kind when told.
 * Places are shared out in turn; one share has at most half of them, so that what hangs for it leaves room for others, and
 * looks that are made again at most half of its share's, so that they leave room for a first one.
 */
export interface ConcurrencyWindow {
  /** Waits for a place; the caller must give it back by `release`, of the same kind. */
  acquire(signal: AbortSignal, kind?: CallKind): Promise<void>;
  /** Trouble that a kind goes on having for a share says nothing new about the server. */
  release(outcome: CallOutcome, kind?: CallKind): void;
  /** No call about this kind starts for so long (Retry-After). */
  pause(ms: number, about?: string): void;
  readonly size: number;
}

export type CallOutcome = "fast" | "slow" | "overloaded";

export interface WindowBounds {
  readonly min: number;
  readonly max: number;
  readonly start: number;
}

export const DEFAULT_BOUNDS: WindowBounds = { min: 4, max: 32, start: 16 };

/** One shrink per this time, or one burst of failures would take the window to its floor. */
const SHRINK_EVERY_MS = 1_000;

/** What all shares together, and one of them, may have of the window: the rest is for calls of no share, such as a look whether it answers. */
const MOST_OF_SHARES = 0.75;
const MOST_OF_ONE = 0.5;
/** What looks that are made again may have of their share's. */
const MOST_OF_AGAIN = 0.5;

/** How many of the places: at least one. */
const partOf = (places: number, part: number): number => Math.max(1, Math.floor(places * part));

/** An additive-increase, multiplicative-decrease window over the calls to one cluster. */
export const openWindow = (
  clock: Pick<Clock, "monotonic" | "sleep">,
  bounds: WindowBounds = DEFAULT_BOUNDS,
): ConcurrencyWindow => {
  const now = (): number => clock.monotonic();
  let size = bounds.start;
  let open = 0;
  let lastShrink = -Infinity;
  const pausedUntil = new Map<string, number>();
  const troubled = new Set<string>();
  let wake: { readonly at: number; readonly sooner: AbortController } | undefined;
  const openBy = new Map<string, number>();
  const againBy = new Map<string, number>();
  const openOf = (share: string): number => openBy.get(share) ?? 0;
  const isTroubled = (share: string): boolean => [...troubled].some((where) => where.startsWith(`${share} `));
  const waiting = createFairQueue(openOf, isTroubled);
  const add = (to: Map<string, number>, share: string, by: 1 | -1): void => {
    const left = (to.get(share) ?? 0) + by;
    if (left === 0) to.delete(share);
    else to.set(share, left);
  };
  const count = (share: string, look: Look, by: 1 | -1): void => {
    open += by;
    add(openBy, share, by);
    if (look === "again") add(againBy, share, by);
  };
  const hasPlace = ({ share, look }: Waiter): boolean => {
    if (share === "") return open < Math.floor(size);
    const ofShares = open - openOf("");
    const ofOne = partOf(size, MOST_OF_ONE);
    const leavesRoom = look !== "again" || (againBy.get(share) ?? 0) < partOf(ofOne, MOST_OF_AGAIN);
    return open < Math.floor(size) && ofShares < partOf(size, MOST_OF_SHARES) && openOf(share) < ofOne && leavesRoom;
  };

  const wakeAt = (at: number): void => {
    if (wake !== undefined && wake.at <= at) return;
    wake?.sooner.abort();
    const sooner = new AbortController();
    wake = { at, sooner };
    // A sleep, not a timer that keeps no process alive: whoever waits for a place may be all that a program does.
    clock.sleep(Math.max(0, Math.ceil(at - now())), sooner.signal).then(
      () => {
        wake = undefined;
        places.serve();
      },
      () => undefined,
    );
  };
  const next = (): Waiter | undefined => {
    const at = now();
    for (const [about, until] of pausedUntil) if (until <= at) pausedUntil.delete(about);
    const mayStart = (waiter: Waiter): boolean => {
      const paused = pausedUntil.get(waiter.about);
      if (paused !== undefined) wakeAt(paused);
      return paused === undefined && hasPlace(waiter);
    };
    const waiter = open < Math.floor(size) ? waiting.next(mayStart) : undefined;
    if (waiter !== undefined) count(waiter.share, waiter.look, 1);
    return waiter;
  };
  const places = placesOf<Waiter>({
    add: (waiter) => waiting.add(waiter),
    remove: (waiter) => waiting.remove(waiter),
    next,
  });
  const shrink = (by: number): void => {
    if (now() - lastShrink < SHRINK_EVERY_MS) return;
    lastShrink = now();
    size = Math.max(bounds.min, size * by);
  };

  return {
    acquire: (signal, { about = "", share = "", look } = {}) => places.take({ about, share, look }, signal),
    release: (outcome, { about = "", share = "", look } = {}) => {
      count(share, look, -1);
      const where = `${share} ${about}`;
      const wasTroubled = troubled.has(where);
      if (outcome !== "fast" && about !== "") troubled.add(where);
      else troubled.delete(where);
      if (outcome === "fast") size = Math.min(bounds.max, size + 1 / size);
      else if (!wasTroubled) shrink(outcome === "slow" ? 0.8 : 0.66);
      places.serve();
    },
    pause: (ms, about = "") => {
      pausedUntil.set(about, Math.max(pausedUntil.get(about) ?? 0, now() + ms));
    },
    get size() {
      return Math.floor(size);
    },
  };
};
