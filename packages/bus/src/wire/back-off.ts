import { backOff } from "@evenkeel/async";
import type { Rng } from "@evenkeel/machine";

/** Milliseconds before a call that failed `attempt` times after its first try is made again. */
export const againMs = (attempt: number, rng: Rng): number =>
  backOff({ first: 250, most: 5000 }, attempt, rng.chance());
