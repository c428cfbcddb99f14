import { isMap } from "./json.ts";
import type { Value, ValueMap } from "./json.ts";

type Parent = Readonly<ValueMap> | undefined;

/** The map under `key`; undefined when absent, null or something else. */
export const mapAt = (parent: Parent, key: string): ValueMap | undefined => {
  const value = parent?.[key];
  return isMap(value) ? value : undefined;
};

/** The map at the end of a path of keys. */
export const mapIn = (parent: Parent, ...keys: readonly string[]): ValueMap | undefined => keys.reduce(mapAt, parent);

/** The map under `key`, put there (empty) when it is not. */
export const ensureMap = (parent: ValueMap, key: string): ValueMap => {
  const present = parent[key];
  if (isMap(present)) return present;
  const made: ValueMap = {};
  parent[key] = made;
  return made;
};

/** The maps of a list; empty when absent or null. */
export const mapsOf = (value: Value | undefined): readonly ValueMap[] =>
  Array.isArray(value) ? value.map((item) => (isMap(item) ? item : {})) : [];
export const mapsAt = (parent: Parent, key: string): readonly ValueMap[] => mapsOf(parent?.[key]);

/** A string; Go's zero value when absent. */
export const textOf = (value: Value | undefined): string => (typeof value === "string" ? value : "");
export const textAt = (parent: Parent, key: string): string => textOf(parent?.[key]);

/** The strings of a list; empty when absent or null. */
export const textsOf = (value: Value | undefined): readonly string[] => (Array.isArray(value) ? value.map(textOf) : []);
export const textsAt = (parent: Parent, key: string): readonly string[] => textsOf(parent?.[key]);

/** The number under `key`; undefined when absent or null (a nil pointer). */
export const numberAt = (parent: Parent, key: string): number | undefined => {
  const value = parent?.[key];
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : undefined;
};

export const boolAt = (parent: Parent, key: string): boolean => parent?.[key] === true;

/** String values of a map (labels, annotations). */
export const stringsAt = (parent: Parent, key: string): Readonly<Record<string, string>> => {
  const map = mapAt(parent, key);
  return map === undefined ? {} : (map as Record<string, string>);
};

/** Set in Go's sense of a pointer: neither absent nor null. */
export const isSet = (value: Value | undefined): value is Value => value !== undefined && value !== null;
export const isPresent = (parent: Parent, key: string): boolean => isSet(parent?.[key]);

/** Set in Go's sense of a list or map: at least one entry. */
export const hasEntries = (value: Value | undefined): boolean =>
  Array.isArray(value) ? value.length > 0 : isMap(value) && Object.keys(value).length > 0;

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
