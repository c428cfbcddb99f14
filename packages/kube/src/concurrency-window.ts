/** How many calls may be open at once: grows by one per full round, shrinks by a third on trouble, pauses when told. */
export interface ConcurrencyWindow {
  /** Waits for a place; the caller must give it back by `release`. */
  acquire(signal: AbortSignal): Promise<void>;
  release(outcome: CallOutcome): void;
  /** No call starts for so long (Retry-After). */
  pause(ms: number): void;
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

interface Waiter {
  start(): void;
}

/** An additive-increase, multiplicative-decrease window over the calls to one cluster. */
export const openWindow = (bounds: WindowBounds = DEFAULT_BOUNDS, now = () => performance.now()): ConcurrencyWindow => {
  let size = bounds.start;
  let open = 0;
  let lastShrink = -Infinity;
  let pausedUntil = 0;
  let wake: NodeJS.Timeout | undefined;
  const waiting = new Set<Waiter>();

  const admit = (): void => {
    const wait = pausedUntil - now();
    if (wait > 0) {
      wake ??= setTimeout(() => {
        wake = undefined;
        admit();
      }, Math.ceil(wait));
      return;
    }
    for (const waiter of waiting) {
      if (open >= Math.floor(size)) return;
      waiting.delete(waiter);
      open += 1;
      waiter.start();
    }
  };

  return {
    acquire: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = (): void => {
          waiting.delete(waiter);
          reject(signal.reason as Error);
        };
        const waiter: Waiter = {
          start: () => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.add(waiter);
        admit();
      }),
    release: (outcome) => {
      open -= 1;
      if (outcome === "fast") size = Math.min(bounds.max, size + 1 / size);
      else if (now() - lastShrink >= SHRINK_EVERY_MS) {
        lastShrink = now();
        size = Math.max(bounds.min, size * (outcome === "slow" ? 0.8 : 0.66));
      }
      admit();
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, now() + ms);
    },
    get size() {
      return Math.floor(size);
    },
  };
};
