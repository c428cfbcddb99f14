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

/** How much of a failure's text is told: its message, and where of our own it was thrown. */
const MESSAGE_LINES = 4;
const PLACE_LINES = 3;
const WHY_WIDTH = 300;

const idOf = ({ file, title }: TestResult): string => `${file}: ${title}`;

/**
 * Adds up a run of all suites, and a second, quiet one of the files in which some test failed (ADR 31). A test that
 * passed in the second run alone counts as passed, and is named with what it failed by: never silently.
 */
export function sumUp(first: SuiteRun, second: SuiteRun): Sum {
  const again = Map.groupBy(second.results, idOf);
  const fileAgain = Map.groupBy(second.results, ({ file }) => file);
  // What fails around tests is reported only where it fails: its file says whether it did not.
  const passesAlone = (result: TestResult): boolean =>
    (result.of === "test" ? again.get(idOf(result)) : fileAgain.get(result.file))?.every(
      ({ state }) => state === "passed",
    ) ?? false;

  const green = first.results.filter(({ state }) => state === "passed");
  const notGreen = first.results.filter(({ state }) => state !== "passed");
  const alone = notGreen.filter(passesAlone);
  const notRun = notGreen.filter((result) => result.state === "not run" && !passesAlone(result));
  const failed = notGreen.filter((result) => result.state === "failed" && !passesAlone(result));
  const broken = new Set([...foldersBroken(first), ...foldersBroken(second)]);
  return {
    passed: [...green, ...alone].filter((result) => result.of === "test").length,
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
  const lines = why.split("\n").filter((line) => line.trim() !== "");
  const isPlace = (line: string): boolean => /^\s*at /.test(line);
  const message = lines.filter((line) => !isPlace(line)).slice(0, MESSAGE_LINES);
  const places = lines
    .filter((line) => isPlace(line) && !/node_modules|\(node:|<anonymous>/.test(line))
    .slice(0, PLACE_LINES);
  return [...message, ...places].map((line) => `    ${line.trim().slice(0, WHY_WIDTH)}`);
}
