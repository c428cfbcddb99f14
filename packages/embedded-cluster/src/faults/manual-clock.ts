import { clockOn, systemClock } from "@evenkeel/machine";
import type { Clock } from "@evenkeel/machine";

/** A clock whose reading can leap, as a machine's does; timers go by elapsed time and do not leap with it. */
export interface JumpingClock extends Clock {
  /** Moves the reading by `ms`, either way. */
  jump(ms: number): void;
}

/** A clock that only moves when told. */
export interface ManualClock extends JumpingClock {
  /** Lets `ms` pass: timers that fall due are called in order, the reading being theirs; also those that they set. */
  advance(ms: number): void;
  /** Timers that have not been called. */
  pending(): number;
}

/** Starts at 2026-01-01T00:00:00Z unless told; the time of its own never passes. */
export const createManualClock = (startMs: number = Date.UTC(2026, 0, 1)): ManualClock => {
  let elapsed = 0;
  let offset = startMs;
  let order = 0;
  const timers = new Map<number, { readonly due: number; readonly call: () => void }>();
  const nextDue = (until: number): number | undefined => {
    let next: number | undefined;
    for (const [id, { due }] of timers) {
      if (due <= until && (next === undefined || due < (timers.get(next)?.due ?? Infinity))) next = id;
    }
    return next;
  };
  const clock = clockOn({
    now: () => new Date(offset + elapsed),
    monotonic: () => elapsed,
    after: (ms, call) => {
      const id = order++;
      timers.set(id, { due: elapsed + Math.max(0, ms), call });
      return { [Symbol.dispose]: () => void timers.delete(id) };
    },
  });
  return {
    ...clock,
    advance: (ms) => {
      const until = elapsed + ms;
      for (let id = nextDue(until); id !== undefined; id = nextDue(until)) {
        const timer = timers.get(id);
        timers.delete(id);
        elapsed = Math.max(elapsed, timer?.due ?? elapsed);
        timer?.call();
      }
      elapsed = until;
    },
    jump: (ms) => {
      offset += ms;
    },
    pending: () => timers.size,
  };
};

/** Another clock (the machine's by default) whose reading can leap. */
export const createJumpingClock = (base: Clock = systemClock): JumpingClock => {
  let offset = 0;
  return {
    ...base,
    now: () => new Date(base.now().getTime() + offset),
    jump: (ms) => {
      offset += ms;
    },
  };
};
