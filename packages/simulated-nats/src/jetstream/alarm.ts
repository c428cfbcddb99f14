import type { Clock } from "@evenkeel/machine";

/** Rings at a time that may be moved as often as one likes; infinity: not at all. */
export interface Alarm {
  set(at: number): void;
  /** Then at the latest. */
  atMost(at: number): void;
}

/** A timer of the system takes no more. */
const LONGEST_MS = 2 ** 31 - 1;

/** A later time costs nothing before the earlier one has come. */
export const createAlarm = (clock: Clock, ring: () => void): Alarm => {
  let wanted = Number.POSITIVE_INFINITY;
  let timer: { readonly at: number; readonly handle: Disposable } | undefined;
  const fire = (): void => {
    timer = undefined;
    if (wanted > clock.now().getTime()) return arm();
    wanted = Number.POSITIVE_INFINITY;
    ring();
  };
  const arm = (): void => {
    if (timer !== undefined && timer.at <= wanted && Number.isFinite(wanted)) return;
    timer?.handle[Symbol.dispose]();
    timer = undefined;
    if (!Number.isFinite(wanted)) return;
    const inMs = Math.max(0, Math.ceil(wanted - clock.now().getTime()));
    timer = { at: wanted, handle: clock.after(Math.min(inMs, LONGEST_MS), fire) };
  };
  return {
    set(at) {
      wanted = at;
      arm();
    },
    atMost(at) {
      if (at >= wanted) return;
      wanted = at;
      arm();
    },
  };
};
