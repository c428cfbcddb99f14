import { systemClock } from "@evenkeel/machine";
import { expect, test } from "vitest";

import { openWindow } from "./concurrency-window.ts";
import type { Look } from "./fair-queue.ts";

const forever = new AbortController().signal;
const about = "/configmaps";
const bounds = { min: 4, max: 16, start: 16 };

/** Asks for places and gives the shares of those that came in, in turn. */
const setUp = (given = bounds, now?: () => number) => {
  const window = openWindow(now === undefined ? systemClock : { ...systemClock, monotonic: now }, given);
  const entered: string[] = [];
  return {
    window,
    entered,
    ask: async (share: string, times = 1, look?: Look): Promise<void> => {
      for (let n = 0; n < times; n += 1)
        void window.acquire(forever, { about, share, look }).then(() => void entered.push(share));
      await Promise.resolve();
      await Promise.resolve();
    },
    count: (share: string): number => entered.filter((each) => each === share).length,
  };
};

test("one share holds at most half of the places, and others find theirs at once", async () => {
  const { ask, count } = setUp();
  await ask("hangs", 100);
  expect(count("hangs")).toBe(8);
  await ask("a", 3);
  await ask("b");
  expect([count("a"), count("b")]).toEqual([3, 1]);
});

test("all shares together leave places for calls of nobody, such as a look whether the server answers", async () => {
  const { ask, count } = setUp();
  for (const share of ["a", "b", "c", "d"]) await ask(share, 100);
  expect(count("a") + count("b") + count("c") + count("d")).toBe(12);
  await ask("", 4);
  expect(count("")).toBe(4);
});

test("a place that comes free goes to the share that holds the fewest, in turn where they hold the same", async () => {
  const { window, ask, entered, count } = setUp({ min: 4, max: 4, start: 4 });
  await ask("busy", 50);
  await ask("other", 2);
  await ask("late", 50);
  expect(entered).toEqual(["busy", "busy", "other"]);
  for (const share of ["busy", "other", "busy", "late", "other"]) {
    window.release("fast", { about, share });
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(entered.slice(3)).toEqual(["late", "other", "busy", "late", "busy"]);
  expect(count("busy")).toBe(4);
});

test("the smallest window gives every share a place in turn", async () => {
  const { window, ask, entered } = setUp({ min: 1, max: 1, start: 1 });
  await ask("a", 3);
  await ask("b", 1);
  for (const share of ["a", "a", "b"]) {
    window.release("fast", { about, share });
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(entered).toEqual(["a", "a", "b", "a"]);
});

test("shrinks once for a share whose calls go on being slow in one kind", async () => {
  let now = 0;
  const { window } = setUp({ min: 2, max: 16, start: 16 }, () => now);
  for (let n = 0; n < 20; n += 1) {
    now += 2_000;
    await window.acquire(forever, { about, share: "hangs" });
    window.release("slow", { about, share: "hangs" });
  }
  expect(window.size).toBe(12);
});

test("looks that are made again leave half of their share's places to first ones, which go before them", async () => {
  const { window, entered, count } = setUp();
  const enter = async (name: string, look: Look): Promise<void> => {
    void window.acquire(forever, { about, share: "unit", look }).then(() => void entered.push(name));
    await Promise.resolve();
    await Promise.resolve();
  };
  for (let n = 0; n < 40; n += 1) await enter("again", "again");
  expect(count("again")).toBe(4);
  for (let n = 0; n < 5; n += 1) await enter(`first ${n}`, "first");
  expect(entered.slice(4)).toEqual(["first 0", "first 1", "first 2", "first 3"]);
  window.release("fast", { about, share: "unit", look: "again" });
  await Promise.resolve();
  await Promise.resolve();
  expect(entered.slice(8)).toEqual(["first 4"]);
});

test("of first looks the newest goes first once some of their share are not answered", async () => {
  const { window, entered } = setUp();
  const enter = async (name: string): Promise<void> => {
    void window.acquire(forever, { about, share: "unit", look: "first" }).then(() => void entered.push(name));
    await Promise.resolve();
    await Promise.resolve();
  };
  for (let n = 0; n < 40; n += 1) await enter(`hangs ${n}`);
  expect(entered.length).toBe(8);
  await enter("newest");
  window.release("overloaded", { about, share: "unit", look: "first" });
  window.release("overloaded", { about, share: "unit", look: "first" });
  window.release("overloaded", { about, share: "unit", look: "first" });
  window.release("overloaded", { about, share: "unit", look: "first" });
  await Promise.resolve();
  await Promise.resolve();
  expect(entered.slice(8)).toEqual(["newest"]);
});
