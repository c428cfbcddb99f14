import { createBell, spread } from "@evenkeel/async";
import type { Sleep } from "@evenkeel/async";

import { backOffMs } from "../core/back-off.ts";
import { toFailure } from "../core/source-failure.ts";
import type { Deps } from "../deps.ts";
import type { Watched } from "../accept/load-offer.ts";
import { pollSource } from "./poll-source.ts";
import { renewDamaged } from "../store/renew-damaged.ts";
import { tellError } from "../accept/tell-condition.ts";

/** Makes a source be looked at; many calls while one look is under way make one more. */
export interface LookBell {
  ring(reason: "hint" | "declared"): void;
  /** Resolves true if a hint was among what woke it; false if only the time passed. */
  hintedWithin(ms: number, signal: AbortSignal): Promise<boolean>;
}

/** One look in flight and one queued, however often it rings. */
export const createLookBell = (sleep: Sleep): LookBell => {
  const bell = createBell();
  let isHinted = false;
  return {
    ring(reason) {
      isHinted ||= reason === "hint";
      bell.ring();
    },
    async hintedWithin(ms, signal) {
      await bell.heardWithin(ms, sleep, signal);
      const hinted = isHinted;
      isHinted = false;
      return hinted;
    },
  };
};

/** Looks at one source until the signal ends: at once, then at each interval or wake; failures back off. */
export const runSourceLoop = async (
  deps: Deps,
  watched: Watched,
  bell: LookBell,
  signal: AbortSignal,
): Promise<void> => {
  const { rng, telemetry } = deps;
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
    const { intervalMs } = source;
    const pause = failures > 0 ? backOffMs(failures, intervalMs, rng.chance()) : spread(intervalMs, rng.chance());
    try {
      hinted = await bell.hintedWithin(pause, signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
  }
};
