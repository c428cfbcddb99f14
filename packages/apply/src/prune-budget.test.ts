import { expect, test } from "vitest";

import { BUDGET_WINDOW_MS, spentAt, withoutNewest } from "./prune-budget.ts";

const now = new Date("2026-01-01T12:00:00Z");
const ago = (ms: number, count: number) => ({ at: new Date(now.getTime() - ms), count });

test.each([
  ["nothing was deleted", [], 0],
  ["what was deleted just now and some minutes ago counts", [ago(300_000, 7), ago(0, 3)], 10],
  ["what was deleted ten minutes ago is forgotten", [ago(BUDGET_WINDOW_MS, 50), ago(BUDGET_WINDOW_MS - 1, 2)], 2],
])("%s", (_title, all, sum) => {
  expect(spentAt(all, now).sum).toBe(sum);
});

test("what a clock stamped that was ahead is taken as of now, and so is forgotten in time", () => {
  const { recent, sum, restamped } = spentAt([ago(1_000, 2), ago(-365 * 86_400_000, 50)], now);
  expect([recent, sum, restamped]).toEqual([[ago(1_000, 2), ago(0, 50)], 52, true]);
  const later = new Date(now.getTime() + BUDGET_WINDOW_MS);
  expect(spentAt(recent, later)).toEqual({ recent: [], sum: 0, restamped: false });
});

test.each([
  ["nothing", 0, [5, 2, 1]],
  ["the newest first", 2, [5, 1]],
  ["never more than there is", 9, []],
])("what was refused is given back: %s", (_title, count, left) => {
  const recent = [ago(3_000, 5), ago(2_000, 2), ago(1_000, 1)];
  expect(withoutNewest(recent, count).map((spent) => spent.count)).toEqual(left);
});
