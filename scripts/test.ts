// `npm test`: runs every package's suite through turbo, then adds up the reports that vitest wrote.
// A suite that could not run (no real server to be had) is counted and named as NOT RUN, and fails the run.
import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { ensurePrograms, describePrograms } from "@evenkeel/programs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const programs = await ensurePrograms([
  "git",
  "nats-server",
  "kustomize",
  "helm",
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
]);
console.error(describePrograms(programs));
const missing = programs.filter((p) => p.path === undefined).map((p) => p.name);

for (const old of globSync("{packages,services,scripts,test}/**/.test-report/report.json", {
  cwd: root,
  exclude: (f) => f === "node_modules",
}))
  rmSync(join(root, old));
const turbo = spawn(
  "npx",
  ["turbo", "run", "test", "--continue", "--concurrency=2", "--output-logs=errors-only", ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: "1",
      EVENKEEL_PROGRAMS: programs.map((p) => `${p.name}=${p.version ?? "none"}`).join(" "),
    },
  },
);
const exit = await new Promise<number>((resolve) => turbo.on("close", (code) => resolve(code ?? 1)));

let passed = 0;
let failed = 0;
let notRun = 0;
for (const file of globSync("{packages,services,scripts,test}/**/.test-report/report.json", {
  cwd: root,
  exclude: (f) => f === "node_modules",
})) {
  const report = JSON.parse(readFileSync(join(root, file), "utf8")) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  notRun += report.numPendingTests;
  for (const suite of report.testResults) {
    if (suite.status === "failed" && suite.assertionResults.every((a) => a.status !== "failed")) {
      failed += 1;
      console.error(`FAILED to load: ${relative(root, suite.name)}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === "failed") console.error(`FAILED: ${relative(root, suite.name)}: ${test.fullName}`);
      if (test.status === "pending" || test.status === "skipped")
        console.error(`NOT RUN: ${relative(root, suite.name)}: ${test.fullName}`);
    }
  }
}
if (exit !== 0 && failed === 0) failed = 1;
if (missing.length > 0) console.error(`NOT RUN: the suites that need ${missing.join(", ")}`);
if (notRun > 0) console.error(`NOT RUN: ${notRun} tests, named above`);
console.log(`${passed} passed, ${failed + notRun} failed`);
process.exitCode = failed + notRun > 0 || missing.length > 0 || exit !== 0 ? 1 : 0;
