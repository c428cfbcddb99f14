import type { ValueMap } from "../json.ts";

/** The same members, sorted: what became a Go map on the way is written sorted, and texts of errors quote it. */
export const sortedMap = (map: ValueMap): ValueMap => {
  const sorted: ValueMap = {};
  for (const key of Object.keys(map).toSorted()) sorted[key] = map[key] ?? null;
  return sorted;
};
