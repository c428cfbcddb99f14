import { expect, test } from "vitest";

import { startDeadline } from "./deadline.ts";

/** What is called after so many ms, called by the test. */
const handClock = () => {
  const calls = new Map<number, () => void>();
  return {
    calls,
    after: (ms: number, call: () => void): Disposable => {
      calls.set(ms, call);
      return { [Symbol.dispose]: () => void calls.delete(ms) };
    },
  };
};

test("a deadline ends its signal by the clock given, with what says how late it is", () => {
  const clock = handClock();
  using deadline = startDeadline(clock, 2000);
  expect(deadline.signal.aborted).toBe(false);
  clock.calls.get(2000)?.();
  expect(deadline.signal.reason).toMatchObject({ name: "TimeoutError", message: "it took more than 2000 ms" });
});

test("a deadline has a reason of its own, if given", () => {
  const clock = handClock();
  const reason = new Error("the server hangs");
  using deadline = startDeadline(clock, 10, () => reason);
  clock.calls.get(10)?.();
  expect(deadline.signal.reason).toBe(reason);
});

test("a deadline that is disposed of waits for nothing", () => {
  const clock = handClock();
  startDeadline(clock, 10)[Symbol.dispose]();
  expect(clock.calls.size).toBe(0);
});
