/** One entry of a git tree, as far as a comparison needs it. */
export interface TreeEntry {
  readonly mode: string;
  readonly name: string | Uint8Array;
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

// A name that is no UTF-8 is in no closure; byte for byte it is still told apart from its neighbours.
const nameOf = ({ name }: TreeEntry): string =>
  typeof name === "string" ? name : `\0${Buffer.from(name).toString("latin1")}`;

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
  const left = new Map(before.map((entry) => [nameOf(entry), entry]));
  for (const entry of after) {
    const name = nameOf(entry);
    const old = left.get(name);
    left.delete(name);
    if (old?.oid === entry.oid && old.mode === entry.mode) continue;
    const path = at === "" ? name : `${at}/${name}`;
    if (old !== undefined && isTree(old) && isTree(entry)) descend.push({ path, before: old.oid, after: entry.oid });
    else {
      changes.push(changeOf(path, entry));
      if (old !== undefined && isTree(old) !== isTree(entry)) changes.push(changeOf(path, old));
    }
  }
  for (const [name, gone] of left) changes.push(changeOf(at === "" ? name : `${at}/${name}`, gone));
  return { changes, descend };
};
