// For tests only: a commit's files and folders, read as a service reads them.
import type { GitStore } from "./port.ts";
import type { TreeEntry } from "./parse-objects.ts";

export interface ListedEntry extends Omit<TreeEntry, "name"> {
  /** Bytes of a blob; undefined for trees and submodules. */
  readonly size: number | undefined;
  /** The whole path below the commit, as bytes. */
  readonly path: Uint8Array;
}

/** Everything below a commit, trees included, each before what is in it. */
export const listTree = async (
  store: GitStore,
  commit: string,
  signal: AbortSignal,
): Promise<readonly ListedEntry[]> => {
  const { tree } = await store.readCommit(commit, signal);
  return listBelow(store, tree, Buffer.alloc(0), signal);
};

const listBelow = async (
  store: GitStore,
  tree: string,
  prefix: Uint8Array,
  signal: AbortSignal,
): Promise<readonly ListedEntry[]> => {
  const listed: ListedEntry[] = [];
  for (const { name, ...entry } of await store.readTree(tree, signal)) {
    const path = Buffer.concat([prefix, name]);
    const size = entry.type === "blob" ? (await store.readObject(entry.oid, signal))?.size : undefined;
    listed.push({ ...entry, path, size });
    if (entry.type === "tree")
      listed.push(...(await listBelow(store, entry.oid, Buffer.concat([path, Buffer.from("/")]), signal)));
  }
  return listed;
};
