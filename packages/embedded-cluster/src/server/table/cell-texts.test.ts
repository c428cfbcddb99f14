import { expect, test } from "vitest";

import { firstThree, humanDuration, selectorText } from "./cell-texts.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const spans: readonly (readonly [number, string])[] = [
  [-5 * SECOND, "<invalid>"],
  [-1 * SECOND, "0s"],
  [-1, "0s"],
  [999, "0s"],
  [119 * SECOND, "119s"],
  [2 * MINUTE, "2m"],
  [9 * MINUTE + 59 * SECOND, "9m59s"],
  [10 * MINUTE + 59 * SECOND, "10m"],
  [179 * MINUTE, "179m"],
  [3 * HOUR, "3h"],
  [7 * HOUR + 59 * MINUTE, "7h59m"],
  [47 * HOUR, "47h"],
  [2 * DAY, "2d"],
  [7 * DAY + 23 * HOUR, "7d23h"],
  [8 * DAY, "8d"],
  [729 * DAY, "729d"],
  [2 * YEAR, "2y"],
  [3 * YEAR + 2 * DAY, "3y2d"],
  [9 * YEAR, "9y"],
];

test.each(spans)("%d ms are shown as %s", (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

test("more than three of a list are counted", () => {
  expect(firstThree(["a", "b", "c"])).toBe("a,b,c");
  expect(firstThree(["a", "b", "c", "d", "e"])).toBe("a,b,c + 2 more...");
});

test("no selector is no text, like one that selects all", () => {
  expect(selectorText(undefined)).toBe("");
  expect(selectorText({})).toBe("");
});
