import { backOff } from "@evenkeel/async";
import type { Rng } from "@evenkeel/machine";

/** Failed tries of one message. */
export interface Tries {
  /** All of them: how long to wait before the next. */
  readonly count: number;
  /** Those that say something of the message: a fault that passes by itself says nothing. */
  readonly telling: number;
  /** When the first telling one failed, on the monotonic clock. */
  readonly since: number;
}

export const noTries: Tries = { count: 0, telling: 0, since: 0 };

const MOST_TRIES = 5;
const LEAST_MS = 60_000;

export const failedAgain = (tries: Tries, isPassing: boolean, now: number): Tries => ({
  count: tries.count + 1,
  telling: tries.telling + (isPassing ? 0 : 1),
  since: tries.telling === 0 && !isPassing ? now : tries.since,
});

/** A message is given up after so many tries and so much time: five of them are over in no time where a delay is none. */
export const isHopeless = (tries: number, sinceFirstMs: number): boolean =>
  tries >= MOST_TRIES && sinceFirstMs >= LEAST_MS;

/** How long a message that was started too often, but not for long enough, is left alone: its next try tells. */
export const restMs = (tries: number, sinceFirstMs: number): number =>
  tries >= MOST_TRIES ? Math.max(0, LEAST_MS - sinceFirstMs) : 0;

/** Milliseconds before the next try. */
export const retryMs = (tries: Tries, rng: Rng): number =>
  backOff({ first: 1000, most: 60_000 }, tries.count - 1, rng.chance());

/** What was set aside is looked at again so much later, the n-th time in a row (from 1): its cause may be gone. */
export const revisitMs = (times: number, rng: Rng): number =>
  backOff({ first: 60_000, most: 3_600_000 }, times - 1, rng.chance());
