import type { TreeChange } from "./diff-trees.ts";

/** The changes of a commit, indexed so that asking for one path costs its depth and not the size of the commit. */
export interface ChangedPaths {
  readonly entries: ReadonlySet<string>;
  readonly subtrees: ReadonlySet<string>;
  /** Directories with a change directly in them. */
  readonly parents: ReadonlySet<string>;
  /** Directories with a change anywhere below them; "" is the root. */
  readonly above: ReadonlySet<string>;
}

/** What a render read. A path counts also where nothing was, as long as something there would be read. */
export interface Closure {
  /** Exact paths of files. */
  readonly files: readonly string[];
  /** Directories of which the listing counts, but not what lies in their subdirectories. */
  readonly directories: readonly string[];
  /** Directories of which everything below counts. */
  readonly trees: readonly string[];
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Builds the index of a list of changes. */
export const indexChanges = (changes: readonly TreeChange[]): ChangedPaths => {
  const entries = new Set<string>();
  const subtrees = new Set<string>();
  const parents = new Set<string>();
  const above = new Set<string>();
  for (const { path, kind } of changes) {
    (kind === "subtree" ? subtrees : entries).add(path);
    let parent = parentOf(path);
    parents.add(parent);
    while (!above.has(parent)) {
      above.add(parent);
      if (parent !== "") parent = parentOf(parent);
    }
  }
  return { entries, subtrees, parents, above };
};

/** True if the path or a directory that holds it appeared or vanished whole. */
const inSubtree = (changed: ChangedPaths, path: string): boolean => {
  for (let at = path; at !== ""; at = parentOf(at)) if (changed.subtrees.has(at)) return true;
  return false;
};

/** True if a change lies where the render of an application at `path` looked, or would look now. */
export const touches = (changed: ChangedPaths, path: string, closure: Closure): boolean => {
  const tree = (at: string): boolean => changed.above.has(at) || changed.entries.has(at) || inSubtree(changed, at);
  const directory = (at: string): boolean =>
    changed.parents.has(at) || changed.entries.has(at) || inSubtree(changed, at);
  const file = (at: string): boolean => changed.entries.has(at) || inSubtree(changed, at) || aboveIsFile(changed, at);
  return tree(path) || closure.trees.some(tree) || closure.directories.some(directory) || closure.files.some(file);
};

/** A file read through a symlinked directory changes with the link above it. */
const aboveIsFile = (changed: ChangedPaths, path: string): boolean => {
  for (let at = parentOf(path); at !== ""; at = parentOf(at)) if (changed.entries.has(at)) return true;
  return false;
};
