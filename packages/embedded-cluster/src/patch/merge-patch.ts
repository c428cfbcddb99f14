import { isMap, type Value, type ValueMap } from "../json.ts";
import { checkPatched } from "./check-patched.ts";
import { badPatch } from "./patch-failed.ts";
import { inServerOrder } from "./server-order.ts";
import { jsonTypeOf } from "../schema/explain.ts";
import { sortedMap } from "./sorted-map.ts";

/** `fieldValidation` of a request; `Warn` where it says nothing. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

/**
 * RFC 7386 as the server applies it. Neither argument is changed; members come out in the server's
 * order, those of maps that were merged sorted.
 * Throws PatchFailed (400) on a patch that is no object, 422 when the result no longer says what it is.
 */
export const applyMergePatch = (document: ValueMap, patch: Value, validation: FieldValidation = "Warn"): ValueMap => {
  if (isMap(patch)) return checkPatched(mergeMaps(inServerOrder(document), patch), document);
  if (patch === null) throw badPatch("Invalid JSON Patch");
  // Validation reads the patch into a map first; without it a list replaces the document.
  if (validation !== "Ignore")
    throw badPatch(
      `error decoding patch: json: cannot unmarshal ${jsonTypeOf(patch)} into Go value of type map[string]interface {}`,
    );
  if (!Array.isArray(patch)) throw badPatch("Invalid JSON Patch");
  return checkPatched(withoutNulls(patch), document);
};

const mergeMaps = (document: ValueMap, patch: ValueMap): ValueMap => {
  const merged: ValueMap = { ...document };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(merged[key] ?? null, value);
  }
  return sortedMap(merged);
};

const mergeValue = (current: Value, patch: Value): Value => {
  if (!isMap(current)) return withoutNulls(patch);
  // A list that takes a map's place keeps the nulls inside it.
  return isMap(patch) ? mergeMaps(current, patch) : patch;
};

/** Members that are null go, at any depth; items of lists stay. */
const withoutNulls = (value: Value): Value => {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item));
  if (!isMap(value)) return value;
  const kept: ValueMap = {};
  for (const [key, item] of Object.entries(value)) if (item !== null) kept[key] = withoutNulls(item);
  return sortedMap(kept);
};
