const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Time to the next look after `attempts` failed ones (from 1): doubling from 1 s to 1 min, spread by +-20 %; `chance` is 0..1. */
export const retryDelayMs = (attempts: number, chance: number): number =>
  Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 10)) * (0.8 + 0.4 * chance));

/** Time between tries of one call: 100 ms doubling, spread. */
export const callRetryMs = (tries: number, chance: number): number =>
  Math.round(100 * 2 ** (tries - 1) * (0.8 + 0.4 * chance));
