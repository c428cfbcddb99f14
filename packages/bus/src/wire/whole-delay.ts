/** What a timer and the server can both hold: nothing below a millisecond, no fraction of one, at most 24 days. */
const mostMs = 2 ** 31 - 1;
/** A delay that is no number comes from a mistake; at once would be a loop without a pause. */
const INSTEAD_OF_NONE = 1000;

/**
 * A delay as it leaves us: whole milliseconds, as the server reads whole nanoseconds and redelivers at once what it
 * cannot read.
 */
export const wholeDelayMs = (ms: number): number =>
  Number.isNaN(ms) ? INSTEAD_OF_NONE : Math.min(mostMs, Math.max(1, Math.ceil(ms)));
