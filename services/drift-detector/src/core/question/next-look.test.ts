import { expect, test } from "vitest";

import { nextLookMs } from "./next-look.ts";
import type { Doubt } from "./next-look.ts";

const seconds = (doubt: Doubt, looks: number): readonly (number | undefined)[] =>
  Array.from({ length: looks }, (_, index) => nextLookMs(doubt, index)).map((ms) =>
    ms === undefined ? undefined : ms / 1_000,
  );

test.each<[string, Doubt, readonly (number | undefined)[]]>([
  [
    "what was refused is looked at ever more rarely, and at least once a minute",
    "refused",
    [1, 2, 4, 8, 16, 32, 60, 60],
  ],
  ["so is what cannot be compared", "unread", [1, 2, 4, 8, 16, 32, 60, 60]],
  ["what does not hold still is looked at often", "restless", [1, 2, 4, 8, 10, 10]],
  ["what only an event can change is not looked at", "unowned", [undefined, undefined]],
])("%s", (_title, doubt, expected) => {
  expect(seconds(doubt, expected.length)).toEqual(expected);
});

test("the number of looks grows for ever", () => {
  expect(nextLookMs("refused", 1e9)).toBe(60_000);
});
