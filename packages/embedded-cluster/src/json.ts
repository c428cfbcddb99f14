import type { Json } from "@evenkeel/resource";

/** JSON that is being worked on: the mutable form of `Json`. Never shared between requests. */
export type Value = null | boolean | number | bigint | string | Value[] | ValueMap;
export interface ValueMap {
  [key: string]: Value;
}

/** An object being worked on. */
export interface LiveObject extends ValueMap {
  apiVersion: string;
  kind: string;
  metadata: ValueMap;
}

export const isMap = (value: Value | undefined): value is ValueMap =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const emptied = new WeakMap<ValueMap, ReadonlySet<string>>();

/** Called by the codecs for a list or map that a body has, empty, and that Go leaves out or stores as nil; and for nil bytes in a map, which read as none. */
export const noteEmpty = (parent: ValueMap, field: string): void => {
  emptied.set(parent, new Set([...emptiesOf(parent), field]));
};

/** Called by a default that makes an empty list or map of none: then there is nothing to tell apart. */
export const forgetEmpty = (parent: ValueMap, field: string): void => {
  emptied.set(parent, new Set([...emptiesOf(parent)].filter((known) => known !== field)));
};

/** Fields of this map that came empty; copies know them too. What they mean: `schema/came-empty.ts`. */
export const emptiesOf = (parent: ValueMap): Iterable<string> => emptied.get(parent) ?? [];

const unlike = new WeakMap<ValueMap, ReadonlySet<string>>();

/** Called by the codecs for a quantity that a body writes otherwise than the server does. */
export const noteUnlike = (parent: ValueMap, field: string): void => {
  unlike.set(parent, new Set([...unlikesOf(parent), field]));
};

/** Fields of this map that came so; copies know them too. */
export const unlikesOf = (parent: ValueMap): Iterable<string> => unlike.get(parent) ?? [];

/** For a shallow copy: it knows what came empty or otherwise, too. Gives the copy. */
export const carryEmpties = <T extends ValueMap>(from: ValueMap, copy: T): T => {
  const fields = emptied.get(from);
  if (fields !== undefined) emptied.set(copy, fields);
  const others = unlike.get(from);
  if (others !== undefined) unlike.set(copy, others);
  return copy;
};

/** A deep copy; a request never changes what another holds. */
export const copyOf = <T extends Value>(value: T): T => {
  if (Array.isArray(value)) return value.map((item) => copyOf(item)) as T;
  if (!isMap(value)) return value;
  const copy: ValueMap = {};
  for (const key of Object.keys(value)) copy[key] = copyOf(value[key] as Value);
  return carryEmpties(value, copy) as T;
};

/** The same value for code that works on immutable JSON. */
export const asJson = (value: Value): Json => value as Json;
