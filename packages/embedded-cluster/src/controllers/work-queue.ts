import { setImmediate as turnOfMachine } from "node:timers/promises";

import type { Clock } from "@evenkeel/machine";

/** Keys to look at, each once however often it is added, one after another. */
export interface WorkQueue {
  add(key: string): void;
  /** Adds it after so many ms of the clock; an earlier time that is set stays. */
  addAfter(key: string, ms: number): void;
  /** Resolves once nothing waits and nothing runs; what a timer will add does not count. */
  idle(): Promise<void>;
  /** Takes no more, and resolves once what runs has ended. */
  close(): Promise<void>;
}

/** Without a turn of the event loop now and then, a large rollout would keep every server of the process waiting. */
const TURN_EVERY = 16;

export const openWorkQueue = (
  clock: Clock,
  work: (key: string) => Promise<void>,
  nextTurn: () => Promise<unknown> = turnOfMachine,
): WorkQueue => {
  const waiting = new Set<string>();
  const timers = new Map<string, { readonly due: number; readonly timer: Disposable }>();
  let running: Promise<void> | undefined;
  let isClosed = false;

  const run = async (): Promise<void> => {
    await Promise.resolve(); // whoever adds is still in the middle of a write
    for (let done = 1; waiting.size > 0 && !isClosed; done += 1) {
      const [key = ""] = waiting;
      waiting.delete(key);
      await work(key);
      if (done % TURN_EVERY === 0) await nextTurn();
    }
    running = undefined;
  };
  const add = (key: string): void => {
    if (isClosed) return;
    waiting.add(key);
    running ??= run();
  };
  return {
    add,
    addAfter: (key, ms) => {
      const due = clock.now().getTime() + ms;
      const known = timers.get(key);
      if (isClosed || (known !== undefined && known.due <= due)) return;
      known?.timer[Symbol.dispose]();
      const timer = clock.after(ms, () => {
        timers.delete(key);
        add(key);
      });
      timers.set(key, { due, timer });
    },
    idle: async () => {
      while (running !== undefined) await running;
    },
    close: async () => {
      isClosed = true;
      waiting.clear();
      for (const { timer } of timers.values()) timer[Symbol.dispose]();
      timers.clear();
      await running;
    },
  };
};
