import { createFairQueue } from "./fair-queue.ts";
import type { Waiter } from "./fair-queue.ts";

/**
 * How many calls may be open at once: grows by one per full round, shrinks by a third on trouble, pauses by lane when told.
 * Places are shared out in turn; one share has at most half of them, so that what hangs for it leaves room for others.
 */
export interface ConcurrencyWindow {
  /** Waits for a place; the caller must give it back by `release`, of the same lane and share. */
  acquire(signal: AbortSignal, lane?: string, share?: string): Promise<void>;
  /** Trouble that a lane goes on having for a share says nothing new about the server. */
  release(outcome: CallOutcome, lane?: string, share?: string): void;
  /** No call of this lane starts for so long (Retry-After). */
  pause(ms: number, lane?: string): void;
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

/** An additive-increase, multiplicative-decrease window over the calls to one cluster. */
export const openWindow = (bounds: WindowBounds = DEFAULT_BOUNDS, now = () => performance.now()): ConcurrencyWindow => {
  let size = bounds.start;
  let open = 0;
  let lastShrink = -Infinity;
  const pausedUntil = new Map<string, number>();
  const troubled = new Set<string>();
  let wake: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  const openBy = new Map<string, number>();
  const waiting = createFairQueue((share) => openBy.get(share) ?? 0);
  const count = (share: string, by: 1 | -1): void => {
    open += by;
    const left = (openBy.get(share) ?? 0) + by;
    if (left === 0) openBy.delete(share);
    else openBy.set(share, left);
  };
  const hasPlace = (share: string): boolean => {
    if (share === "") return open < Math.floor(size);
    const ofShares = open - (openBy.get("") ?? 0);
    const most = Math.max(1, Math.floor(size * MOST_OF_SHARES));
    const ofOne = Math.max(1, Math.floor(size * MOST_OF_ONE));
    return open < Math.floor(size) && ofShares < most && (openBy.get(share) ?? 0) < ofOne;
  };

  const wakeAt = (at: number): void => {
    if (wake !== undefined && wake.at <= at) return;
    clearTimeout(wake?.timer);
    const timer = setTimeout(
      () => {
        wake = undefined;
        admit();
      },
      Math.max(0, Math.ceil(at - now())),
    );
    wake = { at, timer };
  };
  const admit = (): void => {
    const at = now();
    for (const [lane, until] of pausedUntil) if (until <= at) pausedUntil.delete(lane);
    const mayStart = ({ lane, share }: Waiter): boolean => {
      const paused = pausedUntil.get(lane);
      if (paused !== undefined) wakeAt(paused);
      return paused === undefined && hasPlace(share);
    };
    while (open < Math.floor(size)) {
      const waiter = waiting.next(mayStart);
      if (waiter === undefined) return;
      count(waiter.share, 1);
      waiter.start();
    }
  };
  const shrink = (by: number): void => {
    if (now() - lastShrink < SHRINK_EVERY_MS) return;
    lastShrink = now();
    size = Math.max(bounds.min, size * by);
  };

  return {
    acquire: (signal, lane = "", share = "") =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = (): void => {
          waiting.remove(waiter);
          reject(signal.reason as Error);
        };
        const waiter: Waiter = {
          lane,
          share,
          start: () => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.add(waiter);
        admit();
      }),
    release: (outcome, lane = "", share = "") => {
      count(share, -1);
      const where = `${share} ${lane}`;
      const wasTroubled = troubled.has(where);
      if (outcome !== "fast" && lane !== "") troubled.add(where);
      else troubled.delete(where);
      if (outcome === "fast") size = Math.min(bounds.max, size + 1 / size);
      else if (!wasTroubled) shrink(outcome === "slow" ? 0.8 : 0.66);
      admit();
    },
    pause: (ms, lane = "") => {
      pausedUntil.set(lane, Math.max(pausedUntil.get(lane) ?? 0, now() + ms));
    },
    get size() {
      return Math.floor(size);
    },
  };
};
