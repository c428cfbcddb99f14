/** One entry of a git tree, as far as a comparison needs it. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string;
  readonly oid: string;
}

/** What differs between two revisions: `entry` is one file, `subtree` is a directory that appeared or vanished whole. */
export interface TreeChange {
  readonly path: string;
  readonly kind: "entry" | "subtree";
}

/** Two subtrees that differ and have to be looked into. */
export interface TreePair {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

const isTree = (entry: TreeEntry): boolean => entry.mode === "40000" || entry.mode === "040000";

const changeOf = (path: string, entry: TreeEntry): TreeChange => ({ path, kind: isTree(entry) ? "subtree" : "entry" });

/** Compares the entries of one directory (`at` is its path, "" for the root); equal subtrees are never looked into. */
export const diffTrees = (
  at: string,
  before: readonly TreeEntry[],
  after: readonly TreeEntry[],
): { readonly changes: readonly TreeChange[]; readonly descend: readonly TreePair[] } => {
  const changes: TreeChange[] = [];
  const descend: TreePair[] = [];
  const left = new Map(before.map((entry) => [entry.name, entry]));
  for (const entry of after) {
    const old = left.get(entry.name);
    left.delete(entry.name);
    if (old?.oid === entry.oid && old.mode === entry.mode) continue;
    const path = at === "" ? entry.name : `${at}/${entry.name}`;
    if (old !== undefined && isTree(old) && isTree(entry)) descend.push({ path, before: old.oid, after: entry.oid });
    else {
      changes.push(changeOf(path, entry));
      if (old !== undefined && isTree(old) !== isTree(entry)) changes.push(changeOf(path, old));
    }
  }
  for (const gone of left.values()) changes.push(changeOf(at === "" ? gone.name : `${at}/${gone.name}`, gone));
  return { changes, descend };
};
