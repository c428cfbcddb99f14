import type { PathElement } from "./path-element.ts";
import { sortElements } from "./path-element.ts";

/**
 * A set of field paths, as a tree by path element. A branch may be a member itself, have members below it, or both;
 * there is no branch without either. Sets share branches and are never changed once they left their builder.
 */
export type FieldSet = ReadonlyMap<PathElement, Branch>;

export interface Branch {
  readonly member: boolean;
  readonly below: FieldSet | undefined;
}

export const emptySet: FieldSet = new Map();
export const leaf: Branch = { member: true, below: undefined };

const branch = (member: boolean, below: FieldSet | undefined): Branch | undefined => {
  if (below === undefined || below.size === 0) return member ? leaf : undefined;
  return { member, below };
};

/** A set of one-after-the-other paths. */
export const setOf = (...paths: readonly (readonly PathElement[])[]): FieldSet => {
  let all = emptySet;
  for (const path of paths) {
    const [last, ...parents] = path.toReversed();
    if (last === undefined) continue;
    let one: FieldSet = new Map([[last, leaf]]);
    for (const parent of parents) one = new Map([[parent, { member: false, below: one }]]);
    all = union(all, one);
  }
  return all;
};

export const union = (left: FieldSet, right: FieldSet): FieldSet => {
  if (left.size === 0 || left === right) return right;
  if (right.size === 0) return left;
  const out = new Map(left);
  for (const [element, theirs] of right) {
    const ours = left.get(element);
    if (ours === undefined) out.set(element, theirs);
    else if (ours !== theirs) {
      const below = ours.below && theirs.below ? union(ours.below, theirs.below) : (ours.below ?? theirs.below);
      out.set(element, { member: ours.member || theirs.member, below });
    }
  }
  return out;
};

/** Paths that are in both. */
export const intersection = (left: FieldSet, right: FieldSet): FieldSet => {
  const out = new Map<PathElement, Branch>();
  if (right.size === 0) return out;
  for (const [element, ours] of left) {
    const theirs = right.get(element);
    if (theirs === undefined) continue;
    const below = ours.below && theirs.below ? intersection(ours.below, theirs.below) : undefined;
    const kept = branch(ours.member && theirs.member, below);
    if (kept !== undefined) out.set(element, kept);
  }
  return out;
};

/** Paths of `left` that are not in `right`; a path in `right` says nothing of those below it. */
export const difference = (left: FieldSet, right: FieldSet): FieldSet => {
  if (right.size === 0 || left.size === 0) return left;
  const out = new Map<PathElement, Branch>();
  for (const [element, ours] of left) {
    const theirs = right.get(element);
    const below = ours.below && theirs?.below ? difference(ours.below, theirs.below) : ours.below;
    const kept = theirs === undefined ? ours : branch(ours.member && !theirs.member, below);
    if (kept !== undefined) out.set(element, kept);
  }
  return out;
};

/** Paths of `left` that are neither in `right` nor below one of its paths. */
export const without = (left: FieldSet, right: FieldSet): FieldSet => {
  if (right.size === 0 || left.size === 0) return left;
  const out = new Map<PathElement, Branch>();
  for (const [element, ours] of left) {
    const theirs = right.get(element);
    if (theirs?.member === true) continue;
    const below = ours.below && theirs?.below ? without(ours.below, theirs.below) : ours.below;
    const kept = theirs === undefined ? ours : branch(ours.member, below);
    if (kept !== undefined) out.set(element, kept);
  }
  return out;
};

/** Whether the path itself is a member. */
export const hasPath = (set: FieldSet, path: readonly PathElement[]): boolean => {
  let level: FieldSet | undefined = set;
  for (const element of path.slice(0, -1)) level = level?.get(element)?.below;
  const last = path.at(-1);
  return last !== undefined && level?.get(last)?.member === true;
};

/** All paths in the server's order: at each level the members first, then what is below each. */
export const pathsOf = (set: FieldSet, prefix: readonly PathElement[] = []): (readonly PathElement[])[] => {
  const elements = sortElements(set.keys());
  const paths: (readonly PathElement[])[] = [];
  for (const element of elements) if (set.get(element)?.member === true) paths.push([...prefix, element]);
  for (const element of elements) {
    const below = set.get(element)?.below;
    if (below !== undefined) paths.push(...pathsOf(below, [...prefix, element]));
  }
  return paths;
};
