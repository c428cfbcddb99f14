import type { Clock } from "@evenkeel/machine";

/** One moment on two clocks: the monotonic one stands still while the machine sleeps, the boot-time one does not. */
export interface Moment {
  readonly monotonicMs: number;
  readonly bootMs: number;
}

export const momentOf = (clock: Clock): Moment => ({ monotonicMs: clock.monotonic(), bootMs: clock.sinceBoot() });

/** Milliseconds since, by whichever clock says more; the boot-time clock may run up to a second ahead, never behind. */
export const elapsedMs = (clock: Clock, since: Moment): number => {
  const boot = clock.sinceBoot() - since.bootMs;
  return Math.max(clock.monotonic() - since.monotonicMs, boot >= 2000 ? boot : 0);
};
