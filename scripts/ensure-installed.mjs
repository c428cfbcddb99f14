// Runs before node_modules exists, on whatever Node there is: plain JavaScript, no imports but Node's own.
// Installs what package-lock.json asks for, once a lock file, and stamps its hash inside node_modules.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".evenkeel-lock");
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";

if (installed !== wanted) {
  console.error("evenkeel: installing packages (npm ci) …");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const run = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
    : spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (run.status !== 0) {
    console.error(
      `evenkeel: npm ci failed (exit ${run.status ?? run.signal}); fix what it names above and run the command again`,
    );
    process.exit(run.status || 1);
  }
  writeFileSync(stamp, wanted);
}
