import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, relative } from "node:path";

import { parallel } from "@evenkeel/async";

/** How one suite ended: its whole output, in order. */
interface SuiteEnd {
  readonly isGood: boolean;
  readonly output: string;
}

/** What is told while the suites run. */
export type Tell = (line: string) => void;

/**
 * A suite runs one file after another, and those that take long wait most of the time: for leases, polls and back-off. Stories
 * about one service take a third of a core, those of the whole system two thirds.
 */
const AT_ONCE = 3;

/**
 * Runs the suite of each of these workspaces, some at a time, and tells of each when it begins and how it ended; what a
 * suite prints is told if it ended badly. Resolves with the folders of those that did.
 */
export async function runSuites(root: string, folders: readonly string[], tell: Tell): Promise<readonly string[]> {
  const bad: string[] = [];
  let ended = 0;
  await parallel(folders, AT_ONCE, async (folder) => {
    tell(`${folder}: begins`);
    const began = performance.now();
    const { isGood, output } = await runSuite(join(root, folder), []);
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    if (!isGood) {
      bad.push(folder);
      tell(output);
    }
    tell(`${folder}: ${isGood ? "passed" : "FAILED"} in ${seconds} s, ${(ended += 1)} of ${folders.length}`);
  });
  return bad;
}

/** Runs these files of each workspace with nothing beside them; resolves with the folders of those that ended badly. */
export async function repeatFiles(
  root: string,
  filesOf: ReadonlyMap<string, readonly string[]>,
  tell: Tell,
): Promise<readonly string[]> {
  const bad: string[] = [];
  for (const [folder, files] of filesOf) {
    tell(`again, with nothing beside: ${files.join(", ")}`);
    const names = files.map((file) => relative(folder, file));
    const { isGood, output } = await runSuite(join(root, folder), names);
    if (isGood) continue;
    bad.push(folder);
    tell(output);
  }
  return bad;
}

async function runSuite(folder: string, files: readonly string[]): Promise<SuiteEnd> {
  const child = spawn("npm", ["test", "--silent", "--", ...files], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part: Buffer) => output.push(part));
  const [code] = (await once(child, "close")) as [number | null];
  return { isGood: code === 0, output: Buffer.concat(output).toString("utf8") };
}
