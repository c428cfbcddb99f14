import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { formatDeclarationError, parseFleet } from "@evenkeel/declarations";
import type { FleetFile } from "@evenkeel/declarations";

import { CliFailure, exitCode } from "../cli-failure.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const fleetFiles = async (root: string): Promise<readonly FleetFile[]> => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split("/").includes(".git"));
  return await Promise.all(paths.toSorted().map(async (path) => ({ path, bytes: await readFile(join(root, path)) })));
};

const some = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** `validate FLEET_DIR`: every error of its declarations with `file:line:col`. Exit code 0 none, 1 some, 2 unreadable. */
export const validate = async (terminal: Terminal, folder: string): Promise<number> => {
  const root = resolve(terminal.cwd, folder);
  let files: readonly FleetFile[];
  try {
    files = await fleetFiles(root);
  } catch (error) {
    throw new CliFailure(`${folder} cannot be read: ${(error as Error).message}`, exitCode.trouble, { cause: error });
  }
  if (files.length === 0) throw new CliFailure(`${folder} holds no *.yaml file`);
  const { errors } = parseFleet(files, { localCluster: true });
  const prefix = folder === "." || folder === "./" ? "" : `${folder.replace(/\/+$/, "")}/`;
  for (const error of errors) {
    terminal.out(`${plain(formatDeclarationError({ ...error, file: `${prefix}${error.file}` }))}\n`);
  }
  if (errors.length === 0) {
    terminal.out(`no errors in ${some(files.length, "file")}\n`);
    return exitCode.ok;
  }
  const bad = new Set(errors.map(({ file }) => file)).size;
  terminal.out(`${some(errors.length, "error")} in ${bad} of ${some(files.length, "file")}\n`);
  return exitCode.no;
};
