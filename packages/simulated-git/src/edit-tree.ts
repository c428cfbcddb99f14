import { parseTree } from "@evenkeel/git";

import { EMPTY_TREE, objectOf, treeOf } from "./objects.ts";
import type { GitObject, NewEntry } from "./objects.ts";

/** What a path becomes: text or bytes, an executable, a symbolic link, a submodule at a commit, or null: removed. */
export type FileChange =
  | string
  | Uint8Array
  | { readonly executable: string }
  | { readonly link: string }
  | { readonly submodule: string }
  | null;

/** By path, with slashes. */
export type FileChanges = Readonly<Record<string, FileChange>>;

/** Where objects are read by id and written. */
export interface Objects {
  readonly get: (oid: string) => GitObject;
  readonly put: (object: GitObject) => string;
}

/** Files and folders of one tree, by name as latin1. */
export type Entries = Map<string, NewEntry>;

export const latin1 = (name: string): string => Buffer.from(name).toString("latin1");

export const entriesOf = ({ get }: Pick<Objects, "get">, tree: string): Entries =>
  new Map(
    tree === EMPTY_TREE
      ? []
      : parseTree(get(tree).body, tree).map(({ mode, name, oid }) => {
          const text = Buffer.from(name.buffer, name.byteOffset, name.length).toString("latin1");
          return [text, { mode, name: text, oid }];
        }),
  );

/** The tree with these changes, written with all that is new below it; what became empty is gone, as in Git's index. */
export const editTree = (objects: Objects, tree: string, changes: FileChanges): string => {
  const below = new Map<string, Change[]>();
  for (const [path, change] of Object.entries(changes)) group(below, latin1(path).split("/"), entryOf(objects, change));
  return edit(objects, tree, below);
};

/** The tree with what was at `from`, a file or a folder, at `to`. */
export const moveInTree = (objects: Objects, tree: string, from: string, to: string): string => {
  const moved = entryAt(objects, tree, latin1(from).split("/"));
  if (moved === undefined) throw new Error(`there is no ${from} to move`);
  const taken = edit(objects, tree, group(new Map(), latin1(from).split("/"), null));
  return edit(objects, taken, group(new Map(), latin1(to).split("/"), moved));
};

type Written = Pick<NewEntry, "mode" | "oid"> | null;
interface Change {
  readonly rest: readonly string[];
  readonly entry: Written;
}

const group = (below: Map<string, Change[]>, [name = "", ...rest]: readonly string[], entry: Written) => {
  const found = below.get(name);
  if (found === undefined) below.set(name, [{ rest, entry }]);
  else found.push({ rest, entry });
  return below;
};

const edit = (objects: Objects, tree: string, below: ReadonlyMap<string, readonly Change[]>): string => {
  const entries = entriesOf(objects, tree);
  for (const [name, changes] of below) {
    const deeper = new Map<string, Change[]>();
    for (const { rest, entry } of changes) {
      if (rest.length > 0) {
        group(deeper, rest, entry);
        continue;
      }
      deeper.clear(); // what was written below before is replaced with it
      if (entry === null) entries.delete(name);
      else entries.set(name, { ...entry, name });
    }
    if (deeper.size > 0) settle(objects, entries, name, deeper);
  }
  return writeTree(objects, entries);
};

const settle = (
  objects: Objects,
  entries: Entries,
  name: string,
  deeper: ReadonlyMap<string, readonly Change[]>,
): void => {
  const before = entries.get(name);
  const isFolder = before?.mode === "040000";
  // What is removed below a file, or below nothing, was not there.
  if (!isFolder && [...deeper.values()].flat().every(({ entry }) => entry === null)) return;
  const oid = edit(objects, isFolder ? before.oid : EMPTY_TREE, deeper);
  if (oid === EMPTY_TREE) entries.delete(name);
  else entries.set(name, { mode: "040000", name, oid });
};

export const writeTree = (objects: Objects, entries: Entries): string => objects.put(treeOf([...entries.values()]));

const entryAt = (objects: Objects, tree: string, [name = "", ...rest]: readonly string[]): NewEntry | undefined => {
  const entry = entriesOf(objects, tree).get(name);
  if (rest.length === 0 || entry === undefined) return entry;
  return entry.mode === "040000" ? entryAt(objects, entry.oid, rest) : undefined;
};

const entryOf = ({ put }: Objects, change: FileChange): Written => {
  if (change === null) return null;
  if (typeof change === "string") return { mode: "100644", oid: put(objectOf("blob", Buffer.from(change))) };
  if (change instanceof Uint8Array) return { mode: "100644", oid: put(objectOf("blob", Buffer.from(change))) };
  if ("executable" in change) return { mode: "100755", oid: put(objectOf("blob", Buffer.from(change.executable))) };
  if ("link" in change) return { mode: "120000", oid: put(objectOf("blob", Buffer.from(change.link))) };
  return { mode: "160000", oid: change.submodule };
};
