import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import { hasCameOtherwiseInList } from "../schema/came-empty.ts";
import type { Atom, ListShape, MapShape } from "./atom.ts";
import { narrow } from "./atom.ts";
import type { FieldSet } from "./field-set.ts";
import { knownElement } from "./item-element.ts";
import type { PathElement } from "./path-element.ts";
import { fieldElement } from "./path-element.ts";
import type { SetBuilder } from "./set-builder.ts";
import { built, insertPath, newBuilder } from "./set-builder.ts";
import { sameJson } from "../equal.ts";

/** What a write did, field by field; no field is in two of the sets. The order of items is not looked at. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

interface Walk {
  readonly removed: SetBuilder;
  readonly modified: SetBuilder;
  readonly added: SetBuilder;
  readonly path: PathElement[];
}

type Side = Value | undefined;

/** Compares two checked values of one type. Parts that are the same reference are not looked into. */
export const compareValues = (before: Value, after: Value, atom: Atom): Comparison => {
  const walk: Walk = { removed: newBuilder(), modified: newBuilder(), added: newBuilder(), path: [] };
  compare(walk, before, after, atom);
  return { removed: built(walk.removed), modified: built(walk.modified), added: built(walk.added) };
};

const compare = (walk: Walk, before: Side, after: Side, whole: Atom): void => {
  if (before === after) return;
  let leaf: boolean;
  if (after === undefined) leaf = compareAs(walk, before, after, narrow(whole, before as Value));
  else {
    const shape = narrow(whole, after);
    // A change of shape is the old one's end and the new one's beginning.
    if (before !== undefined && narrow(whole, before) !== shape) {
      compareAs(walk, before, after, narrow(whole, before));
    }
    leaf = compareAs(walk, before, after, shape);
  }
  if (leaf) return;
  if (before === undefined) insertPath(walk.added, walk.path);
  else if (after === undefined) insertPath(walk.removed, walk.path);
};

/** Says whether the place was taken as one leaf. */
const compareAs = (walk: Walk, before: Side, after: Side, { map, scalar, list }: Atom): boolean => {
  if (map !== undefined) return compareMaps(walk, before, after, map);
  if (scalar !== undefined) return compareLeaf(walk, before, after);
  return list === undefined || compareLists(walk, before, after, list);
};

const compareLeaf = (walk: Walk, before: Side, after: Side): true => {
  if (before === undefined) insertPath(walk.added, walk.path);
  else if (after === undefined) insertPath(walk.removed, walk.path);
  else if (!sameJson(before, after) || hasCameOtherwiseInList(after)) insertPath(walk.modified, walk.path);
  return true;
};

const below = (walk: Walk, element: PathElement, before: Side, after: Side, atom: Atom): void => {
  walk.path.push(element);
  compare(walk, before, after, atom);
  walk.path.pop();
};

const own = (map: Readonly<Record<string, Value>>, key: string): Side =>
  Object.hasOwn(map, key) ? map[key] : undefined;

const nothing: Readonly<Record<string, Value>> = {};

const compareMaps = (walk: Walk, before: Side, after: Side, map: MapShape): boolean => {
  const [left, right] = [isMap(before) ? before : nothing, isMap(after) ? after : nothing];
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  if (map.atomic || (leftKeys.length === 0 && rightKeys.length === 0)) return compareLeaf(walk, before, after);
  for (const key of leftKeys) {
    const type = map.field(key) ?? map.element();
    if (type !== undefined) below(walk, fieldElement(key), left[key], own(right, key), type);
  }
  for (const key of rightKeys) {
    const type = Object.hasOwn(left, key) ? undefined : (map.field(key) ?? map.element());
    if (type !== undefined) below(walk, fieldElement(key), undefined, right[key], type);
  }
  return false;
};

const itemsOf = (list: ListShape, items: readonly Value[]): Map<PathElement, Value[]> => {
  const found = new Map<PathElement, Value[]>();
  for (const item of items) {
    const element = knownElement(list, item);
    const same = found.get(element);
    if (same === undefined) found.set(element, [item]);
    else same.push(item);
  }
  return found;
};

const compareLists = (walk: Walk, before: Side, after: Side, list: ListShape): boolean => {
  const [left, right] = [Array.isArray(before) ? before : [], Array.isArray(after) ? after : []];
  if (list.atomic || (left.length === 0 && right.length === 0)) return compareLeaf(walk, before, after);
  const [ours, theirs] = [itemsOf(list, left), itemsOf(list, right)];
  for (const [element, items] of ours) compareItems(walk, element, items, theirs.get(element) ?? [], list);
  for (const [element, items] of theirs) if (!ours.has(element)) compareItems(walk, element, [], items, list);
  return false;
};

/** Items of one key. Where there are several on a side they count as one leaf. */
const compareItems = (
  walk: Walk,
  element: PathElement,
  before: readonly Value[],
  after: readonly Value[],
  list: ListShape,
): void => {
  const path = [...walk.path, element];
  if (before.length <= 1 && after.length <= 1) below(walk, element, before[0], after[0], list.element());
  else if (before.length >= 2 && after.length >= 2) {
    if (!sameJson([...before], [...after])) insertPath(walk.modified, path);
  } else if (before.length >= 2) {
    if (after.length > 0) below(walk, element, undefined, after[0], list.element());
    insertPath(walk.removed, path);
  } else {
    if (before.length > 0) below(walk, element, before[0], undefined, list.element());
    insertPath(walk.added, path);
  }
};
