import { expect, test } from "vitest";

import { createLater } from "./later.ts";
import { manualClock } from "./manual-clock.fixture.ts";

const stop = new AbortController();
test("a look is made once when it is due, the earliest first, by one timer", async () => {
  const clock = manualClock();
  const looked: string[] = [];
  const looks = createLater<string>(clock, (what) => looked.push(`${what} at ${clock.monotonic()}`), stop.signal);
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
  const looks = createLater<string>(clock, () => looked.push(clock.monotonic()), stop.signal);
  looks.set("a", 10_000);
  looks.set("a", 15_000);
  await clock.pass(10_000);
  await clock.pass(5_000);
  expect(looked).toEqual([15_000]);
});

test("what is woken is looked at at once, and not again when it was due", async () => {
  const clock = manualClock();
  const looked: string[] = [];
  const looks = createLater<string>(clock, (what) => looked.push(`${what} at ${clock.monotonic()}`), stop.signal);
  for (const [what, ms] of [
    ["a/1", 10_000],
    ["a/2", 20_000],
    ["b/1", 30_000],
  ] as const)
    looks.set(what, ms);
  looks.wake((what) => what.startsWith("a/"));
  expect(looked).toEqual(["a/1 at 0", "a/2 at 0"]);
  await clock.pass(10_000);
  await clock.pass(20_000);
  expect(looked).toEqual(["a/1 at 0", "a/2 at 0", "b/1 at 30000"]);
});

test("nothing is looked at after the end; whose timer has ended is due, whatever the clock says", async () => {
  const looked: string[] = [];
  const ended = new AbortController();
  const clock = manualClock();
  createLater<string>(clock, (what) => looked.push(what), ended.signal).set("never", 10);
  ended.abort();
  await clock.pass(10);
  const woken = Promise.withResolvers<void>();
  const hurried = { monotonic: () => 0, sleep: () => woken.promise };
  createLater<string>(hurried, (what) => looked.push(what), stop.signal).set("due", 60_000);
  woken.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(looked).toEqual(["due"]);
});
