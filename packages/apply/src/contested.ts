/** Corrections of the same paths in this time count as a fight. */
export const CONTEST_WINDOW_MS = 10 * 60_000;
const CONTEST_ROUNDS = 3;
const FIRST_PAUSE_MS = CONTEST_WINDOW_MS;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** What is remembered of the corrections of one object's paths; times in ms of one clock. */
export interface Contest {
  readonly corrections: readonly number[];
  /** Fights so far, until it was quiet for an hour: doubles the pause. */
  readonly rounds: number;
  /** No correction before this. */
  readonly pausedUntil: number;
}

export const noContest: Contest = { corrections: [], rounds: 0, pausedUntil: 0 };

/** Whether paths may be corrected once more: not after three corrections in ten minutes, with pauses doubling to an hour. */
export const mayCorrect = (contest: Contest, now: number): boolean => now >= contest.pausedUntil;

/** The contest after one more correction. */
export const afterCorrection = (contest: Contest, now: number): Contest => {
  const corrections = [...contest.corrections.filter((at) => now - at < CONTEST_WINDOW_MS), now];
  const quietSince = Math.max(contest.pausedUntil, contest.corrections.at(-1) ?? 0);
  const rounds = now - quietSince > LONGEST_PAUSE_MS ? 0 : contest.rounds;
  if (corrections.length < CONTEST_ROUNDS) return { ...contest, rounds, corrections };
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** rounds);
  return { corrections: [], rounds: rounds + 1, pausedUntil: now + pause };
};
