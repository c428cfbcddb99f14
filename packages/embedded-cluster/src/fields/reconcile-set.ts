import type { Atom, ListShape, MapShape } from "./atom.ts";
import type { Branch, FieldSet } from "./field-set.ts";
import { leaf } from "./field-set.ts";
import type { PathElement } from "./path-element.ts";

/**
 * A stored set as the schema of today has it: what was granular when it was written and is atomic now is owned as one
 * leaf. Types that became granular stay as they were written. Gives the same set back where nothing changed.
 */
export const reconcileSet = (set: FieldSet, atom: Atom): FieldSet => {
  if (atom.map !== undefined) return reconcileMap(set, atom.map) ?? set;
  if (atom.list !== undefined && atom.scalar === undefined) return reconcileList(set, atom.list) ?? set;
  return set;
};

type Change = FieldSet | "leaf" | undefined;

/** What becomes of a branch: a changed set below it, a leaf, or nothing new. */
const changeOf = (branch: Branch, atom: Atom): Change => {
  const isLeaf = branch.below === undefined;
  if (atom.map !== undefined) {
    if (atom.map.freeForm) return undefined;
    if (atom.map.atomic) return isLeaf ? undefined : "leaf";
    return branch.below && reconcileMap(branch.below, atom.map);
  }
  if (atom.scalar !== undefined || atom.list === undefined) return undefined;
  if (atom.list.atomic) return isLeaf ? undefined : "leaf";
  return branch.below && reconcileList(branch.below, atom.list);
};

const rebuilt = (set: FieldSet, typeOf: (element: PathElement) => Atom | undefined): FieldSet | undefined => {
  let out: Map<PathElement, Branch> | undefined;
  for (const [element, branch] of set) {
    const type = typeOf(element);
    const change = type === undefined ? undefined : changeOf(branch, type);
    if (change === undefined) continue;
    out ??= new Map(set);
    out.set(element, change === "leaf" ? leaf : { member: branch.member, below: change });
  }
  return out;
};

const reconcileMap = (set: FieldSet, map: MapShape): FieldSet | undefined =>
  map.freeForm
    ? undefined
    : rebuilt(set, (element) =>
        element.startsWith("f:") ? (map.field(element.slice(2)) ?? map.element()) : map.element(),
      );

const reconcileList = (set: FieldSet, list: ListShape): FieldSet | undefined => rebuilt(set, () => list.element());
