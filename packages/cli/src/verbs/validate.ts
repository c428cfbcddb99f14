import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";

import { fleetFileOf, formatDeclarationError, parseFleet, roleOf } from "@evenkeel/declarations";
import type { DeclarationError, FleetEntry, FleetFile } from "@evenkeel/declarations";

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

/**
 * `validate FLEET_DIR`: every error of its declarations with `file:line:col`, and what matches nothing. Exit code 0 for no
 * error (a warning is none), 1 some, 2 unreadable.
 */
export const validate = async (terminal: Terminal, folder: string): Promise<number> => {
  if (folder === "") throw new CliFailure("validate: name a folder; the name is empty");
  const root = resolve(terminal.cwd, folder);
  let files: readonly FleetFile[];
  try {
    files = await fleetFiles(root);
  } catch (error) {
    throw new CliFailure(`${folder} cannot be read: ${(error as Error).message}`, exitCode.trouble, { cause: error });
  }
  if (files.length === 0) throw new CliFailure(`${folder} holds no declarations: *.yaml, *.yml or *.json`);
  const parsed = parseFleet(files, { localCluster: true });
  const prefix = folder === "." || folder === "./" ? "" : `${folder.replace(/\/+$/, "")}/`;
  const { errors } = parsed;
  // What is missing may be in a document that has errors: these come first.
  const warnings = errors.length === 0 ? parsed.warnings() : [];
  const tell = (one: DeclarationError, word = ""): void => {
    const line = formatDeclarationError({ ...one, file: `${prefix}${one.file}`, path: `${word}${one.path}` });
    terminal.out(`${plain(line)}\n`);
  };
  for (const error of errors) tell(error);
  for (const warning of warnings) tell(warning, "warning: ");
  if (errors.length === 0) {
    const warned = warnings.length === 0 ? "" : `, ${some(warnings.length, "warning")}`;
    terminal.out(`no errors in ${some(files.length, "file")}${warned}\n`);
    return exitCode.ok;
  }
  const bad = new Set(errors.map(({ file }) => file)).size;
  terminal.out(`${some(errors.length, "error")} in ${bad} of ${some(files.length, "file")}\n`);
  return exitCode.no;
};
