import type { RenderKind } from "@evenkeel/words";

import type { BuildNode } from "./kustomize/build-node.ts";
import type { RenderLimits } from "./limits.ts";
import { refuse } from "./render-refused.ts";
import type { FileEntry, RepositoryView } from "./source/repository-view.ts";

/** One file that a render may read, under the name it has there; a symlink stands for the file that it leads to. */
export interface ClosureFile {
  readonly path: string;
  /** Of the file itself, or of the symlink. */
  readonly mode: string;
  readonly oid: string;
  readonly content: FileEntry;
  readonly readAs: ReadAs;
}

/**
 * How a tool uses a file. `yaml`: it reads it as YAML, so our parser reads it first. `config`: it tells the tool what to
 * do, so the tool gets what our parser has read of it, not the file.
 */
export type ReadAs = "data" | "yaml" | "config";

/** Everything that one render reads, and nothing else. */
export interface Closure {
  readonly kind: RenderKind;
  /** The lowest directory that holds all of it; paths count from here in keys, so that a moved application hits. */
  readonly root: string;
  /** Sorted by path. */
  readonly files: readonly ClosureFile[];
  readonly warnings: readonly string[];
  /** The first file that configures plugins of the tool. */
  readonly plugins?: string;
  /** What a kustomization builds, by which its cost is judged. */
  readonly build?: BuildNode;
  /** The first file beside plain manifests that is a program. */
  readonly program?: string;
}

/** Collects the files of a closure; a file may be added twice. */
export interface ClosureFiles {
  /** `root`: where a symlink may lead. */
  readonly add: (entry: FileEntry, root: string, readAs: ReadAs) => Promise<ClosureFile>;
  readonly files: () => readonly ClosureFile[];
}

/** What is data too has to stay as it is, byte for byte. */
const bothUses = (one: ReadAs, other: ReadAs): ReadAs =>
  one === other ? one : one === "data" || other === "data" ? "yaml" : "config";

export const collectFiles = (view: RepositoryView): ClosureFiles => {
  const files = new Map<string, ClosureFile>();
  return {
    add: async (entry, root, readAs) => {
      const known = files.get(entry.path);
      const use = known === undefined ? readAs : bothUses(known.readAs, readAs);
      if (known !== undefined && known.readAs === use) return known;
      const content = entry.kind === "symlink" ? await view.follow(entry, root) : entry;
      const file = { path: entry.path, mode: entry.mode, oid: entry.oid, content, readAs: use };
      files.set(entry.path, file);
      return file;
    },
    files: () => [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
};

/** Reads the content of all files, some at a time; throws `LimitExceeded` above the size of all input. */
export const readFiles = async (
  view: RepositoryView,
  files: readonly ClosureFile[],
  limits: RenderLimits,
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const contents = new Map<string, Uint8Array>();
  let total = 0;
  for (let at = 0; at < files.length; at += READ_AT_ONCE) {
    const some = files.slice(at, at + READ_AT_ONCE);
    const bodies = await Promise.all(some.map(({ content }) => view.read(content)));
    for (const [index, { path }] of some.entries()) {
      const body = bodies[index] ?? new Uint8Array();
      total += body.length;
      if (total > limits.inputBytes) {
        throw refuse("LimitExceeded", path, `over ${limits.inputBytes} bytes of input`, "split the application");
      }
      contents.set(path, body);
    }
  }
  return contents;
};

const READ_AT_ONCE = 64;

/** The first line of a pointer, today's and that of the first versions; git-lfs reads it behind a byte order mark too. */
const LFS_POINTER = /^(?:\xef\xbb\xbf)?version https?:\/\/(?:git-lfs\.github\.com\/spec|hawser\.github\.com\/spec)\/v/;

/** Throws `LfsPointer` for a file whose content is not in Git, whatever would be read as it. */
export const refuseLfsPointer = (path: string, bytes: Uint8Array): void => {
  if (bytes.length < 1024 && LFS_POINTER.test(Buffer.from(bytes).toString("latin1").trimStart())) {
    throw refuse("LfsPointer", path, "this is a Git LFS pointer, not the file", "commit the file itself");
  }
};
