import { backOffMs } from "./core/back-off.ts";
import { toFailure } from "./core/source-failure.ts";
import type { Deps } from "./deps.ts";
import type { Watched } from "./load-offer.ts";
import { pollSource } from "./poll-source.ts";
import { renewDamaged } from "./renew-damaged.ts";
import { tellError } from "./tell-condition.ts";

/** Makes a source be looked at; many calls while one look is under way make one more. */
export interface Waker {
  wake(reason: "hint" | "declared"): void;
  /** Resolves true if a hint was among what woke it; false if only the time passed. */
  next(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** One look in flight and one queued, however many wakes there are. */
export const createWaker = (sleep: (ms: number, signal: AbortSignal) => Promise<void>): Waker => {
  let queued: { readonly hinted: boolean } | undefined;
  let waiting: (() => void) | undefined;
  return {
    wake(reason) {
      queued = { hinted: reason === "hint" || queued?.hinted === true };
      waiting?.();
    },
    async next(ms, signal) {
      signal.throwIfAborted();
      if (queued === undefined) {
        using ends = new AbortOnDispose();
        const woken = new Promise<void>((resolve) => (waiting = resolve));
        const slept = sleep(ms, AbortSignal.any([signal, ends.signal])).catch((error: unknown) => {
          if (signal.aborted) throw error;
        });
        await Promise.race([woken, slept]);
        waiting = undefined;
      }
      const hinted = queued?.hinted ?? false;
      queued = undefined;
      return hinted;
    },
  };
};

class AbortOnDispose {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  [Symbol.dispose](): void {
    this.#controller.abort();
  }
}

/** Looks at one source until the signal ends: at once, then at each interval or wake; failures back off. */
export const runSourceLoop = async (deps: Deps, watched: Watched, waker: Waker, signal: AbortSignal): Promise<void> => {
  const { clock, telemetry } = deps;
  const { source, memory } = watched;
  let hinted = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await pollSource(deps, watched, hinted, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      const failure = toFailure(source.id, error);
      await renewDamaged(deps, watched, error, signal);
      telemetry.log.warn("source look failed", { repository: source.id, reason: failure.code, failures, error });
      await tellError(deps, source.id, memory, failure, signal).catch((cause: unknown) =>
        telemetry.log.warn("source condition not told", { repository: source.id, error: cause }),
      );
    }
    const jitter = clock.jitter();
    const pause = failures > 0 ? backOffMs(failures, source.intervalMs, jitter) : source.intervalMs * jitter;
    try {
      hinted = await waker.next(pause, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
};
