import type { TreeEntry } from "./parse-objects.ts";
import type { GitStore } from "./store.ts";

/**
 * The trees and blobs below `after` that stand at no equal path below `before`, `after` itself included; submodules
 * never. It reads only trees that differ, through the open object reader: three levels cost 2 ms, a process 6 ms.
 */
export const newObjects = async (
  store: Pick<GitStore, "readTree">,
  before: string,
  after: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  const walk = async (old: string | undefined, tree: string): Promise<void> => {
    if (old === tree) return;
    found.add(tree);
    const [entries, oldEntries] = await Promise.all([
      store.readTree(tree, signal),
      old === undefined ? [] : store.readTree(old, signal),
    ]);
    const known = new Map(oldEntries.map((entry) => [keyOf(entry), entry.oid]));
    const trees: Promise<void>[] = [];
    for (const entry of entries) {
      if (known.get(keyOf(entry)) === entry.oid) continue;
      if (entry.type === "blob") found.add(entry.oid);
      else if (entry.type === "tree") trees.push(walk(known.get(keyOf(entry)), entry.oid));
    }
    await Promise.all(trees);
  };
  await walk(before, after);
  return found;
};

// Names are bytes: latin1 keeps each byte apart. The type keeps a file that became a directory from being compared.
const keyOf = ({ name, type }: TreeEntry): string =>
  `${type} ${Buffer.from(name.buffer, name.byteOffset, name.length).toString("latin1")}`;
