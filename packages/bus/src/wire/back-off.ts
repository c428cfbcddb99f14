import { backOff } from "@evenkeel/async";

/** Milliseconds before a call that failed `attempt` times after its first try is made again. */
export const againMs = (attempt: number): number => backOff({ first: 250, most: 5000 }, attempt, Math.random());
