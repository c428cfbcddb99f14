import type { Value } from "../json.ts";
import type { ListShape } from "./atom.ts";
import { knownElement } from "./item-element.ts";
import type { PathElement } from "./path-element.ts";

/**
 * Merges two associative lists. Items that both have come in the order of `applied`; items only live stay where they
 * are among them. An item that is live more than once is replaced by the applied one, or kept as often as it is there.
 */
export const mergeItems = (
  live: readonly Value[],
  applied: readonly Value[],
  list: ListShape,
  merge: (ours: Value | undefined, theirs: Value | undefined) => Value | undefined,
): Value[] => {
  const liveElements = live.map((item) => knownElement(list, item));
  const appliedElements = applied.map((item) => knownElement(list, item));
  const liveItems = new Map<PathElement, Value>();
  for (const [i, element] of liveElements.entries()) {
    liveItems.set(element, liveItems.has(element) ? null : (live[i] as Value));
  }
  const appliedItems = new Map(appliedElements.map((element, i) => [element, applied[i] as Value]));
  const shared = appliedElements.filter((element) => liveItems.has(element));
  const done = new Set<PathElement>();
  const out: Value[] = [];
  let [l, a, s] = [0, 0, 0];
  const take = (ours: Value | undefined, theirs: Value | undefined): void => {
    const merged = merge(ours, theirs);
    if (merged !== undefined) out.push(merged);
  };
  while (l < live.length || a < applied.length) {
    const ours = liveElements[l];
    if (ours !== undefined && a < applied.length) {
      if (ours === appliedElements[a]) {
        done.add(ours);
        take(liveItems.get(ours), appliedItems.get(ours));
        [l, a, s] = [l + 1, a + 1, s + 1];
        continue;
      }
      const next = shared[s];
      if (appliedItems.has(ours) && next !== undefined && next !== ours) {
        l += 1; // shared, but its turn is another: it comes where `applied` has it
        continue;
      }
    }
    if (ours !== undefined) {
      if (!appliedItems.has(ours)) {
        take(live[l], undefined);
        l += 1;
        continue;
      }
      if (done.has(ours)) l += 1;
    }
    const theirs = appliedElements[a];
    if (theirs !== undefined) {
      done.add(theirs);
      take(liveItems.get(theirs), appliedItems.get(theirs));
      a += 1;
      if (shared[s] === theirs) s += 1;
    }
  }
  return out;
};
