import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import type { Reported } from "./report.ts";

/** What came of one test, or of what stands around tests. `NOT RUN` stands for tests that were skipped. */
export interface TestResult extends Reported {
  /** The workspace's folder, from the repository's root; so is `file`. */
  readonly folder: string;
}

/** The results of each workspace under `root` whose run wrote a report. */
export function readReports(root: string): readonly TestResult[] {
  return findReports(root).flatMap((path) => {
    const folder = dirname(dirname(path));
    const report = JSON.parse(readFileSync(join(root, path), "utf8")) as readonly Reported[];
    return report.map((each) => ({ ...each, folder, file: relative(root, each.file) }));
  });
}

/** Takes earlier runs' reports away: one that stayed would count for a suite that did not run. */
export function removeReports(root: string): void {
  for (const path of findReports(root)) rmSync(join(root, path));
}

function findReports(root: string): readonly string[] {
  return globSync("{packages/*,services/*,scripts,test}/.test-report/report.json", { cwd: root });
}
