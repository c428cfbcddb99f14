import { LRUCache } from "lru-cache";

import type { RenderLimits } from "../limits.ts";
import { refuse } from "../render-refused.ts";
import { checkedSource } from "./checked-source.ts";
import { checkedName } from "./file-name.ts";
import { ObjectTooLarge } from "./object-source.ts";
import type { ObjectSource, TreeEntry } from "./object-source.ts";
import { directoryOf, isWithin, joinPath, normalPath, stepsOf } from "./repo-path.ts";

/** An entry of the tree of one commit, by its path from the root. */
export interface FileEntry {
  readonly path: string;
  readonly kind: "file" | "directory" | "symlink" | "submodule";
  readonly mode: string;
  readonly oid: string;
}

/** Git objects that were read and checked; they never change, so that all renders share them. */
export interface ObjectMemory {
  readonly trees: LRUCache<string, readonly TreeEntry[]>;
  readonly blobs: LRUCache<string, Uint8Array>;
}

export const objectMemory = (): ObjectMemory => ({
  trees: new LRUCache({ maxSize: 400_000, sizeCalculation: (entries) => entries.length + 1 }),
  blobs: new LRUCache({
    maxSize: 32 * 1024 * 1024,
    maxEntrySize: 256 * 1024,
    sizeCalculation: ({ length }) => length + 1,
  }),
});

/** The files of one commit. What was opened is noted: a commit that changes none of it renders to the same set. */
export interface RepositoryView {
  /** Undefined if there is no such entry. Symlinks are not followed. */
  readonly find: (path: string) => Promise<FileEntry | undefined>;
  /** The entries of a directory, none if it is no directory. */
  readonly list: (directory: string) => Promise<readonly FileEntry[]>;
  /** Content of a file. Throws `LimitExceeded` above the size of one file. */
  readonly read: (file: FileEntry) => Promise<Uint8Array>;
  /** Where a symlink leads within `root`; throws `TreeEntryForbidden` for any other target, and for a directory. */
  readonly follow: (link: FileEntry, root: string) => Promise<FileEntry>;
  /** What was found, read or listed, with its id; what is below a listed directory is left out. */
  readonly opened: () => readonly (readonly [path: string, oid: string])[];
}

export const viewRepository = (
  tree: string,
  source: ObjectSource,
  memory: ObjectMemory,
  limits: RenderLimits,
  signal: AbortSignal,
): RepositoryView => {
  const checked = checkedSource(source);
  const opened = new Map<string, string>();
  let entriesSeen = 0;

  const readTree = async (oid: string, path: string): Promise<readonly TreeEntry[]> => {
    const known = memory.trees.get(oid);
    if (known !== undefined) return known;
    const entries = await named(path, "directory", limits, () => checked.readTree(oid, signal));
    memory.trees.set(oid, entries);
    return entries;
  };

  const find = async (path: string): Promise<FileEntry | undefined> => {
    let entry: FileEntry = { path: ".", kind: "directory", mode: "40000", oid: tree };
    const steps = stepsOf(path);
    // A tree may hold itself in many others: each level more is a path longer, and ten times as many of them.
    if (steps.length > limits.pathDepth || Buffer.byteLength(path) > limits.pathBytes) {
      const problem = `a path of over ${limits.pathDepth} levels or ${limits.pathBytes} bytes`;
      throw refuse("LimitExceeded", path.slice(0, 300), problem, "flatten the directories, or exclude them");
    }
    for (const step of steps) {
      if (entry.kind !== "directory") return undefined;
      const found = (await readTree(entry.oid, entry.path)).find(({ name }) => name === step);
      if (found === undefined) return undefined;
      entry = toEntry(found, entry.path, checkedName(step, entry.path));
    }
    return entry;
  };

  const note = (entry: FileEntry): void => {
    opened.set(entry.path, entry.oid);
  };

  const readBlob = async ({ oid, path }: FileEntry): Promise<Uint8Array> => {
    const known = memory.blobs.get(oid);
    if (known !== undefined) return known;
    const bytes = await named(path, "file", limits, () => checked.readBlob(oid, signal));
    memory.blobs.set(oid, bytes);
    return bytes;
  };

  return {
    find: async (path) => {
      const entry = await find(path);
      // Of what is missing the deepest directory on the way is noted: there it could appear.
      const noted = entry ?? (await deepestDirectory(find, directoryOf(path)));
      if (noted !== undefined) note(noted);
      return entry;
    },
    list: async (directory) => {
      signal.throwIfAborted();
      const entry = await find(directory);
      if (entry !== undefined) note(entry);
      if (entry?.kind !== "directory") return [];
      const entries = await readTree(entry.oid, entry.path);
      entriesSeen += entries.length;
      if (entriesSeen > limits.treeEntries) {
        throw refuse("LimitExceeded", directory, `over ${limits.treeEntries} tree entries`, "split the application");
      }
      return entries.map((one) => toEntry(one, entry.path, checkedName(one.name, entry.path)));
    },
    read: async (file) => {
      note(file);
      const bytes = await readBlob(file);
      if (bytes.length > limits.fileBytes) throw tooLarge(file.path, "file", bytes.length, limits);
      return bytes;
    },
    follow: async (link, root) => {
      const target = new TextDecoder().decode(await readBlob(link));
      const forbidden = (): Error =>
        refuse("TreeEntryForbidden", link.path, `a symlink to ${JSON.stringify(target)}`, "commit a copy of the file");
      if (target.startsWith("/") || target.includes("\0")) throw forbidden();
      let path: string;
      try {
        path = joinPath(directoryOf(link.path), target, link.path);
      } catch {
        throw forbidden();
      }
      const entry = await find(path);
      if (entry?.kind !== "file" || !isWithin(entry.path, root)) throw forbidden();
      note(entry);
      return entry;
    },
    opened: () => [...opened].filter(([path]) => !isCovered(path, opened)),
  };
};

const tooLarge = (path: string, what: string, bytes: number, { fileBytes }: RenderLimits): Error =>
  refuse("LimitExceeded", path, `the ${what} has ${bytes} bytes, at most ${fileBytes}`, "split or shorten it");

/** Gives an object that is not kept for its size the name that it has here. */
const named = async <T>(path: string, what: string, limits: RenderLimits, read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ObjectTooLarge) throw tooLarge(path, what, error.bytes, limits);
    throw error;
  }
};

const isCovered = (path: string, opened: ReadonlyMap<string, string>): boolean => {
  for (let at = path; at !== ".";) {
    at = directoryOf(at);
    if (opened.has(at)) return true;
  }
  return false;
};

const deepestDirectory = async (
  find: (path: string) => Promise<FileEntry | undefined>,
  path: string,
): Promise<FileEntry | undefined> => {
  const entry = await find(path);
  return entry?.kind === "directory" || path === "." ? entry : deepestDirectory(find, directoryOf(path));
};

const toEntry = ({ mode, type, oid }: TreeEntry, directory: string, name: string): FileEntry => ({
  path: normalPath(`${directory}/${name}`),
  kind: type === "tree" ? "directory" : type === "commit" ? "submodule" : mode === "120000" ? "symlink" : "file",
  mode,
  oid,
});

/** Refuses an entry that no render reads; the path says where it is. */
export const refuseEntry = (entry: FileEntry): Error =>
  refuse("TreeEntryForbidden", entry.path, `a ${entry.kind}`, "commit the files themselves");
