import { backOff } from "@evenkeel/async";

/** Milliseconds until the next try after so many failures in a row: 1 s doubling to 5 min, never above the interval's twofold. */
export const backOffMs = (failures: number, intervalMs: number, chance: number): number =>
  backOff({ first: 1000, most: Math.min(300_000, Math.max(2 * intervalMs, 1000)) }, failures - 1, chance);
