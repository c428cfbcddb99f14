import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { fleetFileOf, formatDeclarationError, parseFleet, roleOf } from "@evenkeel/declarations";
import type { FleetEntry, FleetFile } from "@evenkeel/declarations";

import { CliFailure, exitCode } from "../cli-failure.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const kindOf = (entry: Dirent): FleetEntry["kind"] =>
  entry.isFile() ? "file" : entry.isSymbolicLink() ? "symlink" : "other";

/** The same files by the same rule as the source-watcher reads them from a commit. */
const fleetFiles = async (root: string): Promise<readonly FleetFile[]> => {
  const entries = (await readdir(root, { recursive: true, withFileTypes: true })).filter((one) => !one.isDirectory());
  const files: FleetFile[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = join(entry.parentPath, entry.name);
    const path = relative(root, place);
    if (path.split("/").includes(".git")) continue;
    const size = entry.isFile() ? (await stat(place)).size : 0;
    const one = { path, kind: kindOf(entry), size };
    const file = fleetFileOf(one, roleOf(one) === "read" ? await readFile(place) : undefined);
    if (file !== undefined) files.push(file);
  }
  return files;
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
  if (files.length === 0) throw new CliFailure(`${folder} holds no declarations: *.yaml, *.yml or *.json`);
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
