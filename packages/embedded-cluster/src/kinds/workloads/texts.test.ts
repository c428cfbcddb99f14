import { describe, expect, test } from "vitest";

import { isTimeZone, scheduleProblem } from "./cron-schedule.ts";
import { isLatestImage } from "./image-name.ts";
import { readIndexes } from "./job-indexes.ts";
import { formatSelector } from "./selector.ts";
import { unifiedDiff } from "./unified-diff.ts";

describe("a cron schedule", () => {
  test.each([
    ["*/5 * * * *", undefined],
    ["@hourly", undefined],
    ["0 12 1-15/2 jan,mar mon-fri", undefined],
    ["@every 1h30m", undefined],
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["61 * * * *", "end of range (61) above maximum (59): 61"],
    ["a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["@odd", "unrecognized descriptor: @odd"],
  ])("%s has the problem %s", (schedule, problem) => expect(scheduleProblem(schedule)).toBe(problem));

  test.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Mars/Base", false],
    ["+01:00", false],
  ])("in %s: a known zone is %s", (zone, known) => expect(isTimeZone(zone)).toBe(known));
});

describe("an image that is pulled each time", () => {
  test.each([
    ["nginx", true],
    ["nginx:latest", true],
    ["registry.example:5000/team/web", true],
    ["nginx:1.27", false],
    [`nginx@sha256:${"a".repeat(64)}`, false],
    [`nginx:latest@sha256:${"a".repeat(64)}`, true],
    ["Nginx:latest", false],
    ["", false],
  ])("%s: %s", (image, expected) => expect(isLatestImage(image)).toBe(expected));
});

describe("indexes of a Job", () => {
  test.each([
    ["", 5, { total: 0 }],
    ["0-2,4", 5, { total: 4 }],
    ["3,1", 5, { problem: "non-increasing order, previous: 3, current: 1" }],
    ["5", 5, { problem: 'too large index: "5"' }],
    ["x", 5, { problem: 'cannot convert string to integer for index: "x"' }],
  ])("%s of %i", (text, completions, expected) => expect(readIndexes(text, completions)).toEqual(expected));
});

describe("a selector in one line", () => {
  test.each([
    [undefined, ""],
    [{ matchLabels: { b: "2", a: "1" } }, "a=1,b=2"],
    [
      {
        matchLabels: { app: "web" },
        matchExpressions: [
          { key: "tier", operator: "In", values: ["b", "a"] },
          { key: "old", operator: "DoesNotExist" },
        ],
      },
      "app=web,!old,tier in (a,b)",
    ],
  ])("%j is %s", (selector, expected) => expect(formatSelector(selector)).toBe(expected));
});

describe("a unified diff", () => {
  const lines = (count: number, changed: readonly number[]): string =>
    Array.from({ length: count }, (_, index) => (changed.includes(index) ? `new ${index}` : `line ${index}`)).join(
      "\n",
    );

  test.each([
    ["is empty for equal texts", lines(5, []), lines(5, []), ""],
    [
      "tells three lines around a change",
      lines(9, []),
      lines(9, [4]),
      "@@ -2,7 +2,7 @@\n line 1\n line 2\n line 3\n-line 4\n+new 4\n line 5\n line 6\n line 7\n",
    ],
    [
      "joins changes that lie near, and parts those that do not",
      lines(20, []),
      lines(20, [0, 3, 18]),
      "@@ -1,7 +1,7 @@\n-line 0\n+new 0\n line 1\n line 2\n-line 3\n+new 3\n line 4\n line 5\n line 6\n@@ -16,5 +16,5 @@\n line 15\n line 16\n line 17\n-line 18\n+new 18\n line 19\n",
    ],
  ])("%s", (_title, before, after, expected) => expect(unifiedDiff(before, after)).toBe(expected));
});
