// For the image of the renderer: puts render tools into one folder, by the ways and checksums of packages/programs.
import { chmod, copyFile, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";

import { requireProgram } from "@evenkeel/programs";

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined || names.length === 0) {
  process.stderr.write("usage: node deploy/install-tools.ts FOLDER kustomize helm\n");
  process.exitCode = 2;
} else {
  await mkdir(folder, { recursive: true });
  for (const name of names as ("kustomize" | "helm")[]) {
    const to = join(folder, name);
    await copyFile(await realpath(await requireProgram(name)), to);
    await chmod(to, 0o755);
    process.stdout.write(`${to}\n`);
  }
}
