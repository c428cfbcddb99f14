/** Between the first try that failed and the many. */
export interface Doubling {
  readonly first: number;
  readonly most: number;
}

/** By +-20 %, so that many do not meet again; `chance` is 0..1, and 0.5 changes nothing. */
export const spread = (ms: number, chance: number): number => ms * (0.8 + 0.4 * chance);

/** Whole milliseconds before try `attempt` (from 0): doubling from `first` to `most`, spread if a chance is given. */
export const backOff = ({ first, most }: Doubling, attempt: number, chance = 0.5): number =>
  Math.round(spread(Math.min(most, first * 2 ** attempt), chance));
