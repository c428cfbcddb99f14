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

test.each([
  ["nothing", 0, [5, 2, 1]],
  ["the newest first", 2, [5, 1]],
  ["never more than there is", 9, []],
])("what was refused is given back: %s", (_title, count, left) => {
  const recent = [ago(3_000, 5), ago(2_000, 2), ago(1_000, 1)];
  expect(withoutNewest(recent, count).map((spent) => spent.count)).toEqual(left);
});
