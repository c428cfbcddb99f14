import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

import { compareVersions, parseVersion } from "./version.ts";

/** What stands beside a cached binary: where it came from and what it was then. */
export interface Note {
  readonly version: string;
  readonly source: string;
  readonly sha256: string;
}
export interface CacheEntry extends Note {
  readonly path: string;
}

export const platform = `${process.platform}-${process.arch}`;

/** The one folder for all outside programs, outside the repository; a relative XDG_CACHE_HOME counts as unset (its standard says so). */
export const cacheRoot = (env: NodeJS.ProcessEnv = process.env): string => {
  const xdg = env["XDG_CACHE_HOME"];
  const home = env["HOME"] ?? homedir();
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, ".cache"), "evenkeel");
};

/** Every complete entry of a program for this platform, newest first. */
export const cachedEntries = async (program: string, root = cacheRoot()): Promise<readonly CacheEntry[]> => {
  const folders = await readdir(join(root, program)).catch(() => []);
  const entries = await Promise.all(
    folders
      .filter((folder) => folder.endsWith(`-${platform}`))
      .map(async (folder) => {
        const path = join(root, program, folder, program);
        const note = await readNote(join(root, program, folder, "note.json"));
        return note === undefined ? undefined : { ...note, path };
      }),
  );
  return entries.filter((entry) => entry !== undefined).toSorted((a, b) => byVersion(b, a));
};

/** Copies a binary and its note into the cache by one atomic rename; a reader sees the whole entry or none. */
export const placeInCache = async (
  program: string,
  binary: string,
  about: Omit<Note, "sha256">,
  root = cacheRoot(),
): Promise<CacheEntry> => {
  const folder = join(root, program, `${about.version}-${platform}`);
  await mkdir(join(root, program), { recursive: true });
  const staging = await mkdtemp(join(root, program, ".new-"));
  try {
    await cp(binary, join(staging, program));
    await chmod(join(staging, program), 0o755);
    await chmod(staging, 0o755);
    const sha256 = await sha256OfFile(join(staging, program));
    await writeFile(join(staging, "note.json"), `${JSON.stringify({ ...about, sha256 }, null, 2)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
    return { ...about, sha256, path: join(folder, program) };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

export const sha256OfFile = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

const readNote = async (path: string): Promise<Note | undefined> => {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Note;
  } catch {
    return undefined; // no entry, or one that an old version of this package wrote: got again
  }
};

const byVersion = (a: Note, b: Note): number => {
  const [left, right] = [parseVersion(a.version), parseVersion(b.version)];
  return left === undefined || right === undefined ? 0 : compareVersions(left, right);
};
