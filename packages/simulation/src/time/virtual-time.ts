import { createEventHeap } from "./event-heap.ts";
import type { Event } from "./event-heap.ts";
import type { Seeded } from "./seeded.ts";

/** The machine's own, whatever is put in its place while a world runs. */
const nextTurnOfMachine = globalThis.setImmediate;
const rest = (): Promise<void> => new Promise((resolve) => void nextTurnOfMachine(resolve));

/** Time that passes only from one event to the next. */
export interface VirtualTime {
  /** Milliseconds since the world began. */
  nowMs(): number;
  /** Lets `happen` in so many ms, never if that is endless; what is due at one time comes in the order of chance. */
  after(ms: number, happen: () => void): Disposable;
  /**
   * Lets all that follows from the last event without time or input come to rest, then the next one happen; false: nothing
   * is going to happen at or before `untilMs`, which it then is.
   */
  step(untilMs: number): Promise<boolean>;
  /** So many have happened. */
  readonly events: number;
}

export const createVirtualTime = (chance: Seeded): VirtualTime => {
  const heap = createEventHeap();
  let now = 0;
  let events = 0;
  let order = 0;
  return {
    nowMs: () => now,
    after: (ms, happen) => {
      const dueMs = now + (ms > 0 ? ms : 0);
      const event: Event = { dueMs, tie: chance.chance(), order: order++, happen, isCancelled: false };
      if (dueMs !== Infinity) heap.push(event);
      return { [Symbol.dispose]: () => void (event.isCancelled = true) };
    },
    step: async (untilMs) => {
      await rest(); // promises and ticks come to rest before anything else happens
      const next = heap.nextMs();
      if (next === undefined || next > untilMs) {
        now = Math.max(now, untilMs);
        return false;
      }
      const event = heap.pop();
      now = Math.max(now, next);
      events += 1;
      event?.happen();
      return true;
    },
    get events() {
      return events;
    },
  };
};
