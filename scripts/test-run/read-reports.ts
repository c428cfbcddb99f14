import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** What came of one test. `NOT RUN` stands for tests that were skipped, `FAILED to load` for files without a result. */
export interface TestResult {
  /** The workspace's folder, from the repository's root. */
  readonly folder: string;
  /** The test file, from the repository's root. */
  readonly file: string;
  readonly title: string;
  readonly state: "passed" | "failed" | "not run";
  /** The first failure's text; empty where it passed. */
  readonly why: string;
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[] | null;
    }[];
  }[];
}

const stateOf = (status: string): TestResult["state"] =>
  status === "passed" ? "passed" : status === "failed" ? "failed" : "not run";

/** The results of each workspace under `root` whose vitest wrote a report. */
export function readReports(root: string): readonly TestResult[] {
  return findReports(root).flatMap((path) => {
    const folder = dirname(dirname(path));
    const report = JSON.parse(readFileSync(join(root, path), "utf8")) as VitestReport;
    return report.testResults.flatMap((suite): TestResult[] => {
      const file = relative(root, suite.name);
      const results = suite.assertionResults.map((test) => ({
        folder,
        file,
        title: test.fullName,
        state: stateOf(test.status),
        why: test.failureMessages?.[0] ?? "",
      }));
      const isLoaded = suite.status !== "failed" || results.some(({ state }) => state === "failed");
      if (isLoaded) return results;
      return [...results, { folder, file, title: "(the file)", state: "failed", why: suite.message ?? "" }];
    });
  });
}

/** Takes earlier runs' reports away: one that stayed would count for a suite that did not run. */
export function removeReports(root: string): void {
  for (const path of findReports(root)) rmSync(join(root, path));
}

function findReports(root: string): readonly string[] {
  return globSync("{packages/*,services/*,scripts,test}/.test-report/report.json", { cwd: root });
}
