import { uptime } from "node:os";

/** One moment on two clocks: the monotonic one stands still while the machine sleeps, the boot-time one does not. */
export interface Moment {
  readonly monotonicMs: number;
  readonly bootMs: number;
}

/** Reading the boot-time clock opens a file, so it is not read again for so long, unless the machine may have slept. */
const FRESH_MS = 100;
/** The wall clock goes on while the machine sleeps; so far it may run away from the monotonic one without that. */
const DRIFT_MS = 50;

let read = { monotonicMs: -Infinity, wallMs: 0, bootMs: 0 };

/** Now. Between two readings of the boot-time clock the wall clock tells whether the machine slept. */
export const moment = (): Moment => {
  const monotonicMs = performance.now();
  const wallMs = Date.now();
  const passed = monotonicMs - read.monotonicMs;
  if (passed > FRESH_MS || Math.abs(wallMs - read.wallMs - passed) > DRIFT_MS) {
    read = { monotonicMs, wallMs, bootMs: uptime() * 1000 };
    return read;
  }
  return { monotonicMs, bootMs: read.bootMs + passed };
};

/** Milliseconds since, by whichever clock says more; the boot-time clock may run up to a second ahead, never behind. */
export const elapsedMs = (since: Moment, now: Moment = moment()): number =>
  Math.max(now.monotonicMs - since.monotonicMs, now.bootMs - since.bootMs >= 2000 ? now.bootMs - since.bootMs : 0);
