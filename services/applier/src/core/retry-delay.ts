import { backOff } from "@evenkeel/async";

/** Time to the next look after `attempts` failed ones (from 1): doubling from 1 s to 1 min, spread; `chance` is 0..1. */
export const retryDelayMs = (attempts: number, chance: number): number =>
  backOff({ first: 1_000, most: 60_000 }, attempts - 1, chance);

/** Time between tries of one call: 100 ms doubling, spread. */
export const callRetryMs = (tries: number, chance: number): number =>
  backOff({ first: 100, most: Infinity }, tries - 1, chance);
