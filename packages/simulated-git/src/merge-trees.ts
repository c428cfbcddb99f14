import { entriesOf, writeTree } from "./edit-tree.ts";
import type { Objects } from "./edit-tree.ts";
import { EMPTY_TREE } from "./objects.ts";
import type { NewEntry } from "./objects.ts";

/** A merge by whole files: what one side changed is taken; what both did is taken from `theirs`. */
export const mergeTrees = (objects: Objects, base: string, ours: string, theirs: string): string => {
  const [old, own, other] = [base, ours, theirs].map((tree) => entriesOf(objects, tree));
  const merged = new Map(own);
  for (const name of new Set([...(own?.keys() ?? []), ...(other?.keys() ?? [])])) {
    const entry = mergeEntries(objects, old?.get(name), own?.get(name), other?.get(name));
    if (entry === undefined) merged.delete(name);
    else merged.set(name, entry);
  }
  return writeTree(objects, merged);
};

type Side = NewEntry | undefined;

const mergeEntries = (objects: Objects, base: Side, ours: Side, theirs: Side): Side => {
  if (same(ours, theirs) || same(base, theirs)) return ours;
  if (same(base, ours)) return theirs;
  if (!isFolder(ours) || !isFolder(theirs)) return theirs ?? ours;
  const oid = mergeTrees(objects, isFolder(base) ? base.oid : EMPTY_TREE, ours.oid, theirs.oid);
  return oid === EMPTY_TREE ? undefined : { ...ours, oid };
};

const same = (one: Side, other: Side): boolean => one?.oid === other?.oid && one?.mode === other?.mode;
const isFolder = (side: Side): side is NewEntry => side?.mode === "040000";
