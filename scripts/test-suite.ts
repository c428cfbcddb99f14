// The suite of the workspace it is started in, as `npm test` runs it: with its report where that adds it up.
import { spawn } from "node:child_process";
import { join } from "node:path";

const limits = ["--testTimeout=120000", "--hookTimeout=180000"];
const reports = ["--reporter=default", `--reporter=${join(import.meta.dirname, "test-run/write-report.ts")}`];
const args = ["run", "--passWithNoTests", ...limits, ...reports, ...process.argv.slice(2)];
const vitest = spawn("vitest", args, { stdio: "inherit" });
vitest.once("close", (code) => (process.exitCode = code ?? 1));
