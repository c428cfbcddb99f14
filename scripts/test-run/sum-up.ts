import type { TestResult } from "./read-reports.ts";

export interface Sum {
  readonly passed: number;
  readonly failed: number;
  /** A line or more for each test that is not simply green, worst last. */
  readonly lines: readonly string[];
}

/** A run of suites: their results, and the folders of the workspaces whose run ended badly. */
export interface SuiteRun {
  readonly results: readonly TestResult[];
  readonly badFolders: readonly string[];
}

/** How much of a failure's text is told: its message and where it was thrown. */
const WHY_LINES = 6;
const WHY_WIDTH = 300;

const idOf = ({ file, title }: TestResult): string => `${file}: ${title}`;

/**
 * Adds up a run of all suites, and a second, quiet one of the files in which some test failed (ADR 31). A test that
 * passed in the second run alone counts as passed, and is named with what it failed by: never silently.
 */
export function sumUp(first: SuiteRun, second: SuiteRun): Sum {
  const again = Map.groupBy(second.results, idOf);
  const passesAlone = (result: TestResult): boolean =>
    again.get(idOf(result))?.every(({ state }) => state === "passed") ?? false;

  const notRun = first.results.filter(({ state }) => state === "not run");
  const red = first.results.filter(({ state }) => state === "failed");
  const alone = red.filter(passesAlone);
  const failed = red.filter((result) => !passesAlone(result));
  const broken = new Set([...foldersBroken(first), ...foldersBroken(second)]);
  return {
    passed: first.results.length - notRun.length - failed.length,
    failed: failed.length + notRun.length + broken.size,
    lines: [
      ...notRun.map((result) => `NOT RUN: ${idOf(result)}`),
      ...alone.flatMap((result) => [`PASSED ONLY ALONE: ${idOf(result)}`, ...whyOf(result)]),
      ...failed.flatMap((result) => [`FAILED: ${idOf(result)}`, ...whyOf(result)]),
      ...[...broken].map((folder) => `FAILED: ${folder}: its run ended badly, though no test of it failed`),
    ],
  };
}

function foldersBroken({ results, badFolders }: SuiteRun): readonly string[] {
  return badFolders.filter((folder) => !results.some((r) => r.folder === folder && r.state === "failed"));
}

function whyOf({ why }: TestResult): readonly string[] {
  const lines = why.split("\n").filter((line) => line.trim() !== "" && !line.includes("node_modules"));
  return lines.slice(0, WHY_LINES).map((line) => `    ${line.trim().slice(0, WHY_WIDTH)}`);
}
