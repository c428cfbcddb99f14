import type { Value } from "../json.ts";

/** What tells the items of a list apart. */
export type KeyOf = (item: Value) => Value;

/** Orders a merged list: what `wanted` names as there, the rest as the server had it, interleaved by the server's order. */
export const inOrder = (merged: Value[], wanted: readonly Value[], server: readonly Value[], keyOf: KeyOf): Value[] => {
  const places = (list: readonly Value[]): Map<Value, number> => new Map(list.map((item, at) => [keyOf(item), at]));
  const [asked, before] = [places(wanted), places(server)];
  const by = (place: ReadonlyMap<Value, number>) => (left: Value, right: Value) =>
    (place.get(keyOf(left)) ?? Infinity) - (place.get(keyOf(right)) ?? Infinity) || 0;
  const named = merged.filter((item) => asked.has(keyOf(item))).sort(by(asked));
  const others = merged.filter((item) => !asked.has(keyOf(item))).sort(by(before));
  const ordered: Value[] = [];
  for (const item of named) {
    const place = before.get(keyOf(item)) ?? -1;
    while (others[0] !== undefined && (before.get(keyOf(others[0])) ?? Infinity) < place)
      ordered.push(...others.splice(0, 1));
    ordered.push(item);
  }
  return [...ordered, ...others];
};
