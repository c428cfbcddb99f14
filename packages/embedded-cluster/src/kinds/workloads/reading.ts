import { isMap } from "../../json.ts";
import type { Value, ValueMap } from "../../json.ts";

/** The map under `key`; undefined when absent, null or something else. */
export const mapAt = (parent: ValueMap | undefined, key: string): ValueMap | undefined => {
  const value = parent?.[key];
  return isMap(value) ? value : undefined;
};

/** The map at the end of a path of keys. */
export const mapIn = (parent: ValueMap | undefined, ...keys: readonly string[]): ValueMap | undefined =>
  keys.reduce(mapAt, parent);

/** The map under `key`, put there (empty) when it is not. */
export const ensureMap = (parent: ValueMap, key: string): ValueMap => {
  const present = parent[key];
  if (isMap(present)) return present;
  const made: ValueMap = {};
  parent[key] = made;
  return made;
};

/** The maps of a list; empty when absent or null. */
export const mapsAt = (parent: ValueMap | undefined, key: string): readonly ValueMap[] => {
  const value = parent?.[key];
  return Array.isArray(value) ? value.map((item) => (isMap(item) ? item : {})) : [];
};

/** The strings of a list; empty when absent or null. */
export const textsAt = (parent: ValueMap | undefined, key: string): readonly string[] => {
  const value = parent?.[key];
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : "")) : [];
};

/** The string under `key`; Go's zero value when absent. */
export const textAt = (parent: ValueMap | undefined, key: string): string => {
  const value = parent?.[key];
  return typeof value === "string" ? value : "";
};

/** The number under `key`; undefined when absent or null (a nil pointer). */
export const numberAt = (parent: ValueMap | undefined, key: string): number | undefined => {
  const value = parent?.[key];
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : undefined;
};

export const boolAt = (parent: ValueMap | undefined, key: string): boolean => parent?.[key] === true;

/** String values of a map (labels, annotations). */
export const stringsAt = (parent: ValueMap | undefined, key: string): Readonly<Record<string, string>> => {
  const map = mapAt(parent, key);
  return map === undefined ? {} : (map as Record<string, string>);
};

export const isPresent = (parent: ValueMap | undefined, key: string): boolean =>
  parent?.[key] !== undefined && parent[key] !== null;

/** Puts a default where nothing (or null) is. */
export const fill = (parent: ValueMap, key: string, value: Value): void => {
  if (!isPresent(parent, key)) parent[key] = value;
};

/** Puts a default where Go sees its zero value: nothing, null, "", 0 or false. */
export const fillZero = (parent: ValueMap, key: string, value: Value): void => {
  const present = parent[key];
  if (present === undefined || present === null || present === "" || present === 0 || present === false)
    parent[key] = value;
};
