import { afterCorrection, afterRival, isContested, nextCorrectionAt, noContest, roundsOf } from "@evenkeel/apply";
import type { Contest } from "@evenkeel/apply";
import type { Clock, Rng } from "@evenkeel/machine";
import { formatRef } from "@evenkeel/words";
import type { FightPolicy, ObjectRef } from "@evenkeel/words";

import { retryDelayMs } from "../core/retry-delay.ts";

/** What is about to be put back: an object of a unit, and the paths in which it differs. */
export interface Correctable {
  /** Key of the unit. */
  readonly unit: string;
  readonly ref: ObjectRef;
  /** None where the object itself is gone. */
  readonly paths: readonly string[];
  /** Digest of the desired set: a failure under another one says nothing. */
  readonly digest: string;
}

/** When drift of one partition is put back: kept in memory, so a new owner begins with a new burst. */
export interface DriftPace {
  /** Ms until this may be put back; 0 is now, Infinity never while the app gives contested fields up. */
  waitFor(what: Correctable, onFight: FightPolicy): number;
  corrected(what: Correctable): void;
  /** Not put back: again only after a pause that doubles up to a minute, given in ms. */
  failed(what: Correctable): number;
  isContested(what: Correctable): boolean;
  /** How often the most contested of its paths was put back within ten minutes. */
  rounds(what: Correctable): number;
}

interface Failure {
  readonly digest: string;
  readonly attempts: number;
  readonly until: number;
}

/** More are forgotten, the oldest first: one of them would begin a new burst. */
const MOST = 10_000;
const WHOLE = "(object)";

const keysOf = ({ unit, ref, paths }: Correctable): readonly string[] =>
  (paths.length === 0 ? [WHOLE] : paths).map((path) => `${unit} ${formatRef(ref)} ${path}`);

const keep = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.delete(key); // the newest last
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
};

export const createDriftPace = (clock: Pick<Clock, "monotonic">, rng: Pick<Rng, "chance">): DriftPace => {
  const contests = new Map<string, Contest>();
  const failures = new Map<string, Failure>();
  const contestsOf = (what: Correctable): readonly Contest[] =>
    keysOf(what).map((key) => contests.get(key) ?? noContest);
  const failureKey = ({ unit, ref }: Correctable): string => `${unit} ${formatRef(ref)}`;
  return {
    waitFor: (what, onFight) => {
      const now = clock.monotonic();
      for (const key of keysOf(what)) {
        const known = contests.get(key);
        if (known !== undefined) contests.set(key, afterRival(known, now));
      }
      const failure = failures.get(failureKey(what));
      const failedFor = failure?.digest === what.digest ? failure.until - now : 0;
      const each = contestsOf(what);
      if (onFight === "hold" && each.some((contest) => isContested(contest, now))) return Infinity;
      // A path that is not fought over is put back at once, and the others of its object with it.
      const foughtFor = Math.min(...each.map((contest) => nextCorrectionAt(contest) - now));
      return Math.ceil(Math.max(0, failedFor, foughtFor));
    },
    corrected: (what) => {
      failures.delete(failureKey(what));
      const now = clock.monotonic();
      for (const key of keysOf(what)) keep(contests, key, afterCorrection(contests.get(key) ?? noContest, now));
    },
    failed: (what) => {
      const key = failureKey(what);
      const before = failures.get(key);
      const attempts = (before?.digest === what.digest ? before.attempts : 0) + 1;
      const pauseMs = retryDelayMs(attempts, rng.chance());
      keep(failures, key, { digest: what.digest, attempts, until: clock.monotonic() + pauseMs });
      return pauseMs;
    },
    isContested: (what) => contestsOf(what).some((contest) => isContested(contest, clock.monotonic())),
    rounds: (what) => Math.max(...contestsOf(what).map((contest) => roundsOf(contest, clock.monotonic()))),
  };
};
