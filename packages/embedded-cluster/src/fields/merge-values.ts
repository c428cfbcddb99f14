import type { Value, ValueMap } from "../json.ts";
import { isMap } from "../json.ts";
import type { Atom, ListShape, MapShape } from "./atom.ts";
import { narrow } from "./atom.ts";
import { mergeItems } from "./merge-items.ts";

/**
 * Lays what was applied over what is live: leaves and atomic values are taken from `applied` where it has them, maps
 * and associative lists are merged, nothing is removed. Both must have been checked. Shares parts of its arguments.
 */
export const mergeValues = (live: Value, applied: Value, atom: Atom): Value => merge(live, applied, atom) as Value;

const isBare = (value: Value | undefined): boolean =>
  !Array.isArray(value) && (!isMap(value) || Object.keys(value).length === 0);
const isBareList = (value: Value | undefined): boolean => !Array.isArray(value) || value.length === 0;

const merge = (live: Value | undefined, applied: Value | undefined, whole: Atom): Value | undefined => {
  if (applied === undefined) return live;
  if (live === undefined) return applied;
  // A change of shape (a scalar that becomes a list) is decided by what was applied.
  const shape = narrow(whole, applied);
  const { map, scalar, list } = shape;
  if (map !== undefined) return mergeMaps(live, applied, map);
  if (scalar !== undefined || list === undefined) return applied;
  return mergeLists(live, applied, list);
};

const mergeMaps = (live: Value, applied: Value, map: MapShape): Value | undefined => {
  const [left, right] = [isMap(live) ? live : undefined, isMap(applied) ? applied : undefined];
  if (map.atomic || (isBare(left) && isBare(right))) return applied;
  const out: ValueMap = {};
  for (const key of Object.keys(left ?? {})) {
    const theirs = right !== undefined && Object.hasOwn(right, key) ? right[key] : undefined;
    const type = map.field(key) ?? map.element();
    const merged = type === undefined ? (theirs ?? left?.[key]) : merge(left?.[key], theirs, type);
    if (merged !== undefined) out[key] = merged;
  }
  for (const key of Object.keys(right ?? {})) {
    if (left === undefined || !Object.hasOwn(left, key)) out[key] = right?.[key] as Value;
  }
  return out;
};

const mergeLists = (live: Value, applied: Value, list: ListShape): Value | undefined => {
  const [left, right] = [Array.isArray(live) ? live : [], Array.isArray(applied) ? applied : []];
  if (list.atomic || (isBareList(live) && isBareList(applied))) return applied;
  return mergeItems(left, right, list, (ours, theirs) => merge(ours, theirs, list.element()));
};
