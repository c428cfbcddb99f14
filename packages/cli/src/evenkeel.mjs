#!/usr/bin/env node
// The `evenkeel` command. Plain JavaScript, for it may be started by an older Node: the rest runs on the Node 24 that is
// installed beside it, which runs TypeScript itself.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const main = join(here, "main.ts");

const findNode = (folder) => {
  const node = join(folder, "node_modules/node/bin/node");
  if (existsSync(node)) return node;
  return dirname(folder) === folder ? undefined : findNode(dirname(folder));
};

if (Number(process.versions.node.split(".")[0]) >= 24) await import(pathToFileURL(main).href);
else {
  const node = findNode(here);
  if (node === undefined) {
    console.error(
      `evenkeel: needs Node 24, this is ${process.version}; run \`npm ci\` in the repository, which installs it`,
    );
    process.exitCode = 2;
  } else {
    const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
    child.on("error", (error) => {
      console.error(`evenkeel: ${node} cannot be started: ${error.message}`);
      process.exitCode = 2;
    });
    child.on("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    });
  }
}
