import { isMap, type Value, type ValueMap } from "../json.ts";

/** A deep copy with keys in byte order: how Go prints a map as JSON. */
export const sortedCopy = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(sortedCopy);
  if (!isMap(value)) return value;
  const copy: ValueMap = {};
  for (const key of Object.keys(value).toSorted()) copy[key] = sortedCopy(value[key] ?? null);
  return copy;
};
