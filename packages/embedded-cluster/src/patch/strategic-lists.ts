import { isMap, type Value, type ValueMap } from "../json.ts";
import { asText, goPrint } from "./go-print.ts";
import { goTypeOf } from "./go-type-of.ts";
import { type PatchFailed, patchBroke, patchRejected } from "./patch-failed.ts";
import type { PatchMeta, PatchType } from "./patch-meta.ts";

const DIRECTIVE = "$patch";

export const badArgument = (expected: "list" | "map", value: Value): PatchFailed => {
  const type = expected === "list" ? "[]interface {}" : "map[string]interface {}";
  return patchBroke(`expected a ${type}, but received a ${goTypeOf(value)}`);
};

const noMergeKey = (map: ValueMap, key: string): PatchFailed =>
  patchBroke(`map: ${goPrint(map)} does not contain declared merge key: ${key}`);

type MergeMap = (original: ValueMap, patch: ValueMap, type: PatchType) => ValueMap;

/** Merges two lists of a field with strategy `merge`: maps by their key, scalars as a set; what the patch names is ordered as there. */
export const mergeLists = (
  original: Value[],
  patch: Value[],
  meta: PatchMeta,
  isDeletion: boolean,
  mergeMap: MergeMap,
): Value[] => {
  if (original.length === 0 && patch.length === 0) return original;
  if (elementType([original, patch]) !== "map[string]interface {}") {
    if (isDeletion) return original.filter((item) => !patch.includes(item));
    return enforceOrder(deduplicated([...original, ...patch]), patch, original, meta, [original, patch]);
  }
  if (meta.mergeKey === "") throw patchBroke("cannot merge lists without merge key for struct");
  const { base, rest } = withoutSpecials(original as ValueMap[], patch as ValueMap[], meta.mergeKey);
  const merged = [...base];
  for (const item of rest) {
    if (!Object.hasOwn(item, meta.mergeKey)) throw noMergeKey(item, meta.mergeKey);
    const at = merged.findIndex((each) => each[meta.mergeKey] === item[meta.mergeKey]);
    if (at === -1) merged.push(item);
    else merged[at] = mergeMap(merged[at] as ValueMap, item, meta.type);
  }
  return enforceOrder(merged, rest, base, meta, [original, patch]);
};

/** Items that are directives: `delete` takes items away, `replace` makes the patch the whole list. */
const withoutSpecials = (original: ValueMap[], patch: readonly ValueMap[], mergeKey: string) => {
  let base = original;
  let replaced = false;
  const rest: ValueMap[] = [];
  for (const item of patch) {
    const directive = Object.hasOwn(item, DIRECTIVE) ? (item[DIRECTIVE] ?? null) : undefined;
    if (directive === undefined) rest.push(item);
    else if (directive === "delete") {
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
      base = base.filter((each) => !(Object.hasOwn(each, mergeKey) && each[mergeKey] === item[mergeKey]));
    } else if (directive === "replace") replaced = true;
    else if (directive === "merge") throw patchBroke("merging lists cannot yet be specified in the patch");
    else throw patchBroke(`unknown patch type: ${asText(directive)} in map: ${goPrint(item)}`);
  }
  return replaced ? { base: rest, rest: [] } : { base, rest };
};

/** All items of all lists must be of one type, and no lists. */
const elementType = (lists: readonly Value[][]): string => {
  let type: string | undefined;
  for (const item of lists.flat()) {
    const current = goTypeOf(item);
    if (type === undefined && current === "[]interface {}") throw patchRejected();
    type ??= current;
    if (current !== type) throw patchBroke(`list element types are not identical: ${goPrint([...lists])}`);
  }
  if (type === undefined) throw patchBroke("no elements in any of the given slices");
  return type;
};

/** The server's own way: a repeated item is overwritten by the last one. */
const deduplicated = (items: readonly Value[]): Value[] => {
  const kept = [...items];
  for (let left = 0; left < kept.length - 1; left += 1) {
    for (let right = left + 1; right < kept.length; right += 1) {
      if (kept[left] !== kept[right]) continue;
      kept[right] = kept.at(-1) ?? null;
      kept.pop();
      right -= 1;
    }
  }
  return kept;
};

/** Orders a merged list: what `order` names as there, the rest as the server had it, interleaved by the server's order. */
export const enforceOrder = (
  merged: readonly Value[],
  order: readonly Value[],
  serverOrder: readonly Value[],
  { mergeKey }: PatchMeta,
  sources: readonly Value[][],
): Value[] => {
  const named = mergeKey === "" ? byValue(merged, order) : byKey(merged, order, mergeKey);
  const keyed = elementType(sources) === "map[string]interface {}";
  const keyOf = (item: Value): Value | undefined => (keyed ? (isMap(item) ? item[mergeKey] : null) : item);
  const place = (list: readonly Value[], item: Value): number => list.findIndex((each) => keyOf(each) === keyOf(item));
  const sorted = (items: readonly Value[], by: readonly Value[]): Value[] => {
    if (!keyed) return insertionSorted(items, by, place);
    for (const item of [...items, ...by]) {
      if (!isMap(item)) throw badArgument("map", item);
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    }
    const isDeletion = (item: Value): boolean => isMap(item) && item[DIRECTIVE] === "delete";
    const kept = items.filter((item) => !isDeletion(item));
    return [...insertionSorted(kept, by, place), ...items.filter(isDeletion)];
  };
  const right = sorted(named, order);
  const left = sorted(
    merged.filter((item) => !named.includes(item)),
    serverOrder,
  );
  const all: Value[] = [];
  let at = 0;
  for (const item of right) {
    for (let other = left[at]; other !== undefined; other = left[at]) {
      const [mine, its] = [place(serverOrder, other), place(serverOrder, item)];
      if (mine === -1 || its === -1 || mine >= its) break;
      all.push(other);
      at += 1;
    }
    all.push(item);
  }
  return [...all, ...left.slice(at)];
};

const byValue = (merged: readonly Value[], order: readonly Value[]): Value[] =>
  merged.filter((item) => order.includes(item));

const byKey = (merged: readonly Value[], order: readonly Value[], mergeKey: string): Value[] =>
  merged.filter((item) => {
    if (!isMap(item)) throw badArgument("map", item);
    if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    return order.some((each, index) => {
      if (!isMap(each)) throw patchBroke(`value for key ${index} is not a map`);
      return Object.hasOwn(each, mergeKey) && each[mergeKey] === item[mergeKey];
    });
  });

/** The server's comparison is no order where an item is unknown; its insertion sort decides what comes of that. */
const insertionSorted = (
  items: readonly Value[],
  by: readonly Value[],
  place: (list: readonly Value[], item: Value) => number,
): Value[] => {
  const sorted = [...items];
  const less = (left: Value, right: Value): boolean => {
    const [first, second] = [place(by, left), place(by, right)];
    return first === -1 || second === -1 || first < second;
  };
  for (let index = 1; index < sorted.length; index += 1) {
    for (let at = index; at > 0 && less(sorted[at] ?? null, sorted[at - 1] ?? null); at -= 1) {
      const moved = sorted[at] ?? null;
      sorted[at] = sorted[at - 1] ?? null;
      sorted[at - 1] = moved;
    }
  }
  return sorted;
};

/** Does the patch list name its items in the order of `$setElementOrder`, and only what that names? */
export const orderedAs = (patch: readonly Value[], order: readonly Value[], mergeKey: string): boolean => {
  const same = (left: Value, right: Value): boolean => {
    if (mergeKey === "") return left === right;
    for (const item of [left, right]) {
      if (!isMap(item)) throw badArgument("map", item);
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    }
    return (left as ValueMap)[mergeKey] === (right as ValueMap)[mergeKey];
  };
  if (mergeKey !== "") for (const item of patch) if (!isMap(item)) throw badArgument("map", item);
  const wanted = patch.filter((item) => !(isMap(item) && Object.hasOwn(item, DIRECTIVE)));
  let at = 0;
  for (const each of order) {
    const next = wanted[at];
    if (next === undefined) break;
    if (same(next, each)) at += 1;
  }
  return at === wanted.length;
};
