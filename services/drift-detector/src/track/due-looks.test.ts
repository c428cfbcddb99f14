import { expect, test } from "vitest";

import { createDueLooks } from "./due-looks.ts";

const stop = new AbortController();
/** A clock that only moves when told; the sleeps that fall due end in its turn. */
const manualClock = () => {
  let now = 0;
  const sleeps = new Set<{ readonly at: number; readonly end: () => void }>();
  return {
    monotonic: () => now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleep = { at: now + ms, end: resolve };
        sleeps.add(sleep);
        signal.addEventListener("abort", () => {
          sleeps.delete(sleep);
          reject(signal.reason as Error);
        });
      }),
    asleep: () => sleeps.size,
    pass: async (ms: number) => {
      now += ms;
      for (const sleep of sleeps) {
        if (sleep.at > now) continue;
        sleeps.delete(sleep);
        sleep.end();
      }
      await new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
};

test("a look is made once when it is due, the earliest first, by one timer", async () => {
  const clock = manualClock();
  const looked: string[] = [];
  const looks = createDueLooks<string>(clock, (what) => looked.push(`${what} at ${clock.monotonic()}`), stop.signal);
  looks.set("late", 30_000);
  looks.set("early", 10_000);
  looks.set("cancelled", 20_000);
  looks.cancel("cancelled");
  expect(clock.asleep()).toBe(1);
  await clock.pass(10_000);
  await clock.pass(10_000);
  await clock.pass(10_000);
  await clock.pass(60_000);
  expect(looked).toEqual(["early at 10000", "late at 30000"]);
});

test("a later wish takes the place of an earlier one", async () => {
  const clock = manualClock();
  const looked: number[] = [];
  const looks = createDueLooks<string>(clock, () => looked.push(clock.monotonic()), stop.signal);
  looks.set("a", 10_000);
  looks.set("a", 15_000);
  await clock.pass(10_000);
  await clock.pass(5_000);
  expect(looked).toEqual([15_000]);
});
