/** How many calls may be open at once: grows by one per full round, shrinks by a third on trouble, pauses by lane when told. */
export interface ConcurrencyWindow {
  /** Waits for a place; the caller must give it back by `release`. */
  acquire(signal: AbortSignal, lane?: string): Promise<void>;
  /** Trouble that a lane goes on having says nothing new about the server. */
  release(outcome: CallOutcome, lane?: string): void;
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

interface Waiter {
  readonly lane: string;
  start(): void;
}

/** An additive-increase, multiplicative-decrease window over the calls to one cluster. */
export const openWindow = (bounds: WindowBounds = DEFAULT_BOUNDS, now = () => performance.now()): ConcurrencyWindow => {
  let size = bounds.start;
  let open = 0;
  let lastShrink = -Infinity;
  const pausedUntil = new Map<string, number>();
  const troubled = new Set<string>();
  let wake: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  const waiting = new Set<Waiter>();

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
    for (const waiter of waiting) {
      if (open >= Math.floor(size)) return;
      const paused = pausedUntil.get(waiter.lane);
      if (paused !== undefined) {
        wakeAt(paused);
        continue;
      }
      waiting.delete(waiter);
      open += 1;
      waiter.start();
    }
  };
  const shrink = (by: number): void => {
    if (now() - lastShrink < SHRINK_EVERY_MS) return;
    lastShrink = now();
    size = Math.max(bounds.min, size * by);
  };

  return {
    acquire: (signal, lane = "") =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const leave = (): void => {
          waiting.delete(waiter);
          reject(signal.reason as Error);
        };
        const waiter: Waiter = {
          lane,
          start: () => {
            signal.removeEventListener("abort", leave);
            resolve();
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.add(waiter);
        admit();
      }),
    release: (outcome, lane = "") => {
      open -= 1;
      const wasTroubled = troubled.has(lane);
      if (outcome === "overloaded" && lane !== "") troubled.add(lane);
      else troubled.delete(lane);
      if (outcome === "fast") size = Math.min(bounds.max, size + 1 / size);
      else if (outcome === "slow") shrink(0.8);
      else if (!wasTroubled) shrink(0.66);
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
