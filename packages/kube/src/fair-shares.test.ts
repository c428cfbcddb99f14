import { expect, test } from "vitest";

import { openWindow } from "./concurrency-window.ts";

const forever = new AbortController().signal;
const bounds = { min: 4, max: 16, start: 16 };

/** Asks for places and gives the shares of those that came in, in turn. */
const setUp = (given = bounds, now?: () => number) => {
  const window = openWindow(given, now);
  const entered: string[] = [];
  return {
    window,
    entered,
    ask: async (share: string, times = 1, lane = "/configmaps"): Promise<void> => {
      for (let n = 0; n < times; n += 1) void window.acquire(forever, lane, share).then(() => void entered.push(share));
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
    window.release("fast", "/configmaps", share);
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
    window.release("fast", "/configmaps", share);
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
    await window.acquire(forever, "/configmaps", "hangs");
    window.release("slow", "/configmaps", "hangs");
  }
  expect(window.size).toBe(12);
});
