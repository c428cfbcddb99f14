import { uptime } from "node:os";

/** One moment on two clocks: the monotonic one stands still while the machine sleeps, the boot-time one does not. */
export interface Moment {
  readonly monotonicMs: number;
  readonly bootMs: number;
}

export const moment = (): Moment => ({ monotonicMs: performance.now(), bootMs: uptime() * 1000 });

/** Milliseconds since, by whichever clock says more; the boot-time clock may run up to a second ahead, never behind. */
export const elapsedMs = (since: Moment, now: Moment = moment()): number =>
  Math.max(now.monotonicMs - since.monotonicMs, now.bootMs - since.bootMs >= 2000 ? now.bootMs - since.bootMs : 0);
