// `npm test [FOLDER...]`: runs every workspace's suite, then adds up the reports that vitest wrote. A suite that could not run (no
// real server to be had) is counted and named as NOT RUN, and fails the run.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

import { ensurePrograms, describePrograms } from "@evenkeel/programs";

import { filesToRepeat } from "./test-run/files-to-repeat.ts";
import { readReports, removeReports } from "./test-run/read-reports.ts";
import { repeatFiles, runSuites } from "./test-run/run-suites.ts";
import { listSuites } from "./test-run/suites.ts";
import { sumUp } from "./test-run/sum-up.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
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

const only = process.argv.slice(2).map((folder) => folder.replace(/\/$/, ""));
const suites = listSuites(root, only);
const unknown = only.filter((folder) => !suites.includes(folder));
if (unknown.length > 0) {
  console.error(`no workspace: ${unknown.join(", ")}; give folders such as packages/bus, or none for all`);
  process.exit(2);
}
const tell = (line: string): void => console.error(line);

removeReports(root);
const badFolders = await runSuites(root, suites, tell);
const first = { results: readReports(root), badFolders };

removeReports(root);
const badAgain = await repeatFiles(root, filesToRepeat(first.results), tell);
const second = { results: readReports(root), badFolders: badAgain };

const { passed, failed, lines } = sumUp(first, second);
for (const line of lines) console.error(line);
if (missing.length > 0) console.error(`NOT RUN: the suites that need ${missing.join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || missing.length > 0 ? 1 : 0;
