import { expect, it } from "vitest";

import { backOff } from "./back-off.ts";

it.each([
  ["the first try", 0, undefined, 250],
  ["the second", 1, undefined, 500],
  ["the last below the most", 4, undefined, 4_000],
  ["the first at the most", 5, undefined, 5_000],
  ["one that has failed for ever", 1e9, undefined, 5_000],
  ["the least chance", 1, 0, 400],
  ["the middle one", 1, 0.5, 500],
  ["the greatest", 1, 1, 600],
  ["a chance that leads to a fraction", 0, 0.123, 212],
])("waits as long as is told before %s", (_title, attempt, chance, ms) => {
  expect(backOff({ first: 250, most: 5_000 }, attempt, chance)).toBe(ms);
});

it("doubles without an end where none is told", () => {
  expect([0, 1, 2].map((attempt) => backOff({ first: 50, most: Infinity }, attempt))).toEqual([50, 100, 200]);
});
