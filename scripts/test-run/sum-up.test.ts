import { describe, expect, it } from "vitest";

import { filesToRepeat, MOST_REPEATED_FILES } from "./files-to-repeat.ts";
import type { TestResult } from "./read-reports.ts";
import { sumUp } from "./sum-up.ts";

const result = (name: string, state: TestResult["state"], why = ""): TestResult => ({
  folder: "packages/a",
  file: `packages/a/${name}.test.ts`,
  of: "test",
  title: name,
  state,
  why,
});
const nothing = { results: [], badFolders: [] };
const red = result("red", "failed", "AssertionError: expected 1 to be 2\n\n    at here.ts:1:1");
const green = result("green", "passed");
const firstRun = { results: [green, red], badFolders: ["packages/a"] };

describe("the sum of a run of all tests", () => {
  it("counts what passed", () => {
    expect(sumUp({ results: [green, green], badFolders: [] }, nothing)).toEqual({ passed: 2, failed: 0, lines: [] });
  });

  it("names what failed, and by what", () => {
    expect(sumUp(firstRun, nothing)).toEqual({
      passed: 1,
      failed: 1,
      lines: ["FAILED: packages/a/red.test.ts: red", "    AssertionError: expected 1 to be 2", "    at here.ts:1:1"],
    });
  });

  it("counts what failed twice as failed", () => {
    const second = { results: [red], badFolders: ["packages/a"] };
    expect(sumUp(firstRun, second)).toMatchObject({ passed: 1, failed: 1 });
  });

  it("counts what passes alone as passed, and names it with what it failed by", () => {
    const sum = sumUp(firstRun, { results: [result("red", "passed")], badFolders: [] });
    expect(sum).toMatchObject({ passed: 2, failed: 0 });
    expect(sum.lines.slice(0, 2)).toEqual([
      "PASSED ONLY ALONE: packages/a/red.test.ts: red",
      "    AssertionError: expected 1 to be 2",
    ]);
  });

  it("tells message and place, however long the message, and no place that is not ours", () => {
    const message = Array.from({ length: 20 }, (_, n) => `line ${n}`).join("\n");
    const places = ["at f (node:internal/x:1:1)", "at g (/a/node_modules/b.js:1:1)", "at here.ts:1:1"];
    const long = result("red", "failed", `${message}\n    ${places.join("\n    ")}`);
    expect(sumUp({ results: [long], badFolders: ["packages/a"] }, nothing).lines.slice(1)).toEqual(
      ["line 0", "line 1", "line 2", "line 3", "at here.ts:1:1"].map((line) => `    ${line}`),
    );
  });

  describe("of a file whose set-up failed", () => {
    const hooks: TestResult = {
      ...result("red", "failed", "Error: no server\n    at here.ts:1:1"),
      of: "hooks",
      title: "(a)",
    };
    const skipped = { ...result("red", "not run"), title: "a > works" };
    const results = [skipped, hooks];

    it("names the suite, and why", () => {
      expect(sumUp({ results, badFolders: ["packages/a"] }, nothing)).toEqual({
        passed: 0,
        failed: 2,
        lines: [
          "NOT RUN: packages/a/red.test.ts: a > works",
          "FAILED: packages/a/red.test.ts: (a)",
          "    Error: no server",
          "    at here.ts:1:1",
        ],
      });
    });

    it("counts its tests as passed where all is well alone, and names what failed beside others", () => {
      const second = { results: [{ ...skipped, state: "passed" as const }], badFolders: [] };
      const sum = sumUp({ results, badFolders: ["packages/a"] }, second);
      expect(sum).toMatchObject({ passed: 1, failed: 0 });
      expect(sum.lines).toContain("PASSED ONLY ALONE: packages/a/red.test.ts: (a)");
      expect(sum.lines).toContain("    Error: no server");
    });

    it("counts it as failed where one of its tests fails alone", () => {
      const second = { results: [{ ...skipped, state: "failed" as const }], badFolders: ["packages/a"] };
      expect(sumUp({ results, badFolders: ["packages/a"] }, second)).toMatchObject({ passed: 0, failed: 2 });
    });
  });

  it("wants each of a test's projects to pass alone", () => {
    const second = { results: [result("red", "passed"), red], badFolders: ["packages/a"] };
    expect(sumUp(firstRun, second)).toMatchObject({ passed: 1, failed: 1 });
  });

  it.each([
    ["in the first run", { results: [green], badFolders: ["packages/a"] }, nothing],
    ["without a report", { results: [], badFolders: ["packages/a"] }, nothing],
    ["in the second run", firstRun, { results: [result("red", "passed")], badFolders: ["packages/a"] }],
  ])("fails where a workspace's run ends badly though its tests pass, %s", (_, first, second) => {
    const sum = sumUp(first, second);
    expect(sum.failed).toBe(1);
    expect(sum.lines).toContain("FAILED: packages/a: its run ended badly, though no test of it failed");
  });

  it("fails by what did not run", () => {
    expect(sumUp({ results: [result("skipped", "not run")], badFolders: [] }, nothing)).toEqual({
      passed: 0,
      failed: 1,
      lines: ["NOT RUN: packages/a/skipped.test.ts: skipped"],
    });
  });
});

describe("the files that are run again", () => {
  it("are those in which some test failed, each once", () => {
    expect(filesToRepeat([green, red, { ...red, title: "another" }])).toEqual(
      new Map([["packages/a", ["packages/a/red.test.ts"]]]),
    );
  });

  it("are none where too many failed", () => {
    const many = Array.from({ length: MOST_REPEATED_FILES + 1 }, (_, n) => result(`red-${n}`, "failed"));
    expect(filesToRepeat(many).size).toBe(0);
    expect(filesToRepeat(many.slice(1)).get("packages/a")).toHaveLength(MOST_REPEATED_FILES);
  });
});
