import { isMap, type Value, type ValueMap } from "../json.ts";
import { badRequest } from "../server/status.ts";

/** RFC 7386 as the server applies it. Neither argument is changed. Throws ApiRefusal (400) on a patch that is no object. */
export const applyMergePatch = (document: ValueMap, patch: Value): ValueMap => {
  if (!isMap(patch)) throw badRequest("error decoding patch: a merge patch is an object");
  return mergeMaps(document, patch);
};

const mergeMaps = (document: ValueMap, patch: ValueMap): ValueMap => {
  const merged: ValueMap = { ...document };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(merged[key] ?? null, value);
  }
  return merged;
};

const mergeValue = (current: Value, patch: Value): Value => {
  if (!isMap(current)) return withoutNulls(patch);
  // A list that takes a map's place keeps the nulls inside it.
  return isMap(patch) ? mergeMaps(current, patch) : patch;
};

/** Members that are null go, at any depth; items of lists stay. */
export const withoutNulls = (value: Value): Value => {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (!isMap(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
};
