/** Corrections of the same path in this time count as a contest; after as long a quiet it is over. */
export const CONTEST_WINDOW_MS = 10 * 60_000;
/** So many are made at once, whoever writes against them. */
export const BURST = 10;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Heat at which the pause is longest: 2 ** 6 s is more than a minute. */
const HOTTEST = BURST + 6;
/** Invariant write.quiet: each correction adds one to the heat, and so long a quiet after it takes one off: edits by hand never heat up. */
const COOLING_MS = 1_500;

/** What is remembered of one path that is put back again and again; times in ms of one clock. */
export interface Contest {
  /** Of the last ten minutes, newest last. */
  readonly corrections: readonly number[];
  readonly heat: number;
  /** The rival's next write after the last correction has been seen. */
  readonly isWritten: boolean;
}

export const noContest: Contest = { corrections: [], heat: 0, isWritten: false };

const lastOf = ({ corrections }: Contest): number => corrections.at(-1) ?? 0;

/** The contest after the rival's write was seen: how long the correction before it stood says how hot it is. */
export const afterRival = (contest: Contest, now: number): Contest => {
  if (contest.isWritten || contest.corrections.length === 0) return contest;
  const cooled = Math.max(0, contest.heat - (now - lastOf(contest)) / COOLING_MS);
  return { ...contest, heat: cooled, isWritten: true };
};

/** From when on the path may be put back once more: at once for a burst, then 1, 2, 4 … 60 s after the last time. */
export const nextCorrectionAt = (contest: Contest): number => {
  if (contest.heat < BURST) return 0;
  return lastOf(contest) + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.floor(contest.heat - BURST));
};

/** The contest after one more correction. */
export const afterCorrection = (contest: Contest, now: number): Contest => ({
  corrections: [...contest.corrections.filter((at) => now - at < CONTEST_WINDOW_MS), now],
  heat: Math.min(HOTTEST, contest.heat + 1),
  isWritten: false,
});

/** How often the path was put back within ten minutes. */
export const roundsOf = ({ corrections }: Contest, now: number): number =>
  corrections.filter((at) => now - at < CONTEST_WINDOW_MS).length;

/** Whether that is a contest, which a person should see. */
export const isContested = (contest: Contest, now: number): boolean => roundsOf(contest, now) > BURST;
