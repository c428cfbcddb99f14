import { describe, expect, it } from "vitest";

import { createBudgets } from "./render-budgets.ts";

const MINUTE = 60_000;

describe("the time of a render", () => {
  it("falls with each time-out after the first, and is whole again after a success or half an hour", () => {
    const budgets = createBudgets(60_000);
    const fall = [0, 1, 2, 3, 4].map((n) => {
      const ms = budgets.wallMs("shop/web", n);
      budgets.ended("shop/web", true, n);
      return ms;
    });
    expect(fall).toEqual([60_000, 60_000, 30_000, 15_000, 7_500]);
    expect(budgets.wallMs("shop/other", 5)).toBe(60_000);
    expect(budgets.wallMs("shop/web", 31 * 60_000)).toBe(60_000);
    budgets.ended("shop/web", false, 6);
    expect(budgets.wallMs("shop/web", 7)).toBe(60_000);
  });

  it.each<readonly [string, readonly (readonly [atMs: number, isTimeOut: boolean])[], number, number]>([
    ["is whole where nothing was rendered", [], 0, 60_000],
    ["is whole after one time-out: the machine may have been busy", [[0, true]], 1, 60_000],
    ["falls no lower than an eighth", Array.from({ length: 50 }, (_none, n) => [n, true] as const), 51, 7_500],
    [
      "is short still after just half an hour",
      [
        [0, true],
        [0, true],
      ],
      30 * MINUTE,
      30_000,
    ],
    [
      "is whole after more than half an hour",
      [
        [0, true],
        [0, true],
      ],
      30 * MINUTE + 1,
      60_000,
    ],
    [
      "counts half an hour from the last time-out",
      [
        [0, true],
        [20 * MINUTE, true],
      ],
      40 * MINUTE,
      30_000,
    ],
    [
      "has forgotten after half an hour: the next time-out is a first one",
      [
        [0, true],
        [1, true],
        [2, true],
        [40 * MINUTE, true],
      ],
      40 * MINUTE + 1,
      60_000,
    ],
    [
      "is whole after a success, and its next time-out is a first one",
      [
        [0, true],
        [1, true],
        [2, false],
        [3, true],
      ],
      4,
      60_000,
    ],
  ])("%s", (_title, ends, nowMs, wallMs) => {
    const budgets = createBudgets(60_000);
    for (const [atMs, isTimeOut] of ends) budgets.ended("shop/web", isTimeOut, atMs);
    expect(budgets.wallMs("shop/web", nowMs)).toBe(wallMs);
  });

  it.each([
    ["is remembered of ten thousand applications", 9_998, 30_000],
    ["is forgotten of the one that ran out of time longest ago, where there are more", 9_999, 60_000],
  ])("%s", (_title, others, ofOldest) => {
    const budgets = createBudgets(60_000);
    for (const app of ["oldest", "oldest", "next", "next"]) budgets.ended(app, true, 0);
    for (let n = 0; n < others; n += 1) budgets.ended(`app-${n}`, true, 1);
    expect([budgets.wallMs("oldest", 2), budgets.wallMs("next", 2)]).toEqual([ofOldest, 30_000]);
  });
});
