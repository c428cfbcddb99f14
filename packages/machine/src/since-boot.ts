import { uptime } from "node:os";

/** Reading the boot-time clock opens a file, so it is not read again for so long, unless the machine may have slept. */
const FRESH_MS = 100;
/** The wall clock goes on while the machine sleeps; so far it may run away from the monotonic one without that. */
const DRIFT_MS = 50;

let read = { monotonicMs: -Infinity, wallMs: 0, bootMs: 0 };

/** Between two readings of the boot-time clock the wall clock tells whether the machine slept. */
export const sinceBoot = (): number => {
  const monotonicMs = performance.now();
  const wallMs = Date.now();
  const passed = monotonicMs - read.monotonicMs;
  if (passed > FRESH_MS || Math.abs(wallMs - read.wallMs - passed) > DRIFT_MS) {
    read = { monotonicMs, wallMs, bootMs: uptime() * 1000 };
    return read.bootMs;
  }
  return read.bootMs + passed;
};
