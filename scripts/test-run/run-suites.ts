import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

const SUMMARIES = ".turbo/runs/*.json";

/** Runs every suite through turbo, two workspaces at a time; resolves with the folders of those that ended badly. */
export async function runSuites(root: string, options: readonly string[]): Promise<readonly string[]> {
  for (const old of globSync(SUMMARIES, { cwd: root })) rmSync(join(root, old));
  const fixed = ["run", "test", "--continue", "--concurrency=2", "--output-logs=errors-only", "--summarize"];
  const exit = await run("npx", ["turbo", ...fixed, ...options], root, { TURBO_TELEMETRY_DISABLED: "1" });
  const bad = globSync(SUMMARIES, { cwd: root }).flatMap((path) => badFolders(join(root, path)));
  // turbo itself failed: no workspace is to blame, and none was seen to pass.
  return exit !== 0 && bad.length === 0 ? ["."] : bad;
}

/** Runs these files of each workspace with nothing beside them; resolves with the folders of those that ended badly. */
export async function repeatFiles(
  root: string,
  filesOf: ReadonlyMap<string, readonly string[]>,
): Promise<readonly string[]> {
  const bad: string[] = [];
  for (const [folder, files] of filesOf) {
    console.error(`Again, with nothing beside: ${files.join(", ")}`);
    const names = files.map((file) => relative(folder, file));
    if ((await run("npm", ["test", "--silent", "--", ...names], join(root, folder), {})) !== 0) bad.push(folder);
  }
  return bad;
}

function badFolders(summary: string): readonly string[] {
  const { tasks } = JSON.parse(readFileSync(summary, "utf8")) as {
    readonly tasks: readonly { readonly directory: string; readonly execution?: { readonly exitCode?: number } }[];
  };
  return tasks.filter(({ execution }) => (execution?.exitCode ?? 0) !== 0).map(({ directory }) => directory);
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(command, args, { cwd, stdio: "inherit", env: { ...process.env, ...environment } });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
