import { copyOf, isMap, type Value, type ValueMap } from "../json.ts";
import { jsonTypeOf } from "../schema/explain.ts";
import type { TypeRef, TypeTable } from "../schema/type-node.ts";
import { asText, goPrint } from "./go-print.ts";
import { goTypeOf } from "./go-type-of.ts";
import { badPatch, patchBroke } from "./patch-failed.ts";
import { metaOfList, metaOfMap, type PatchMeta, type PatchType } from "./patch-meta.ts";
import { badArgument, enforceOrder, mergeLists, orderedAs } from "./strategic-lists.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM_LIST = "$deleteFromPrimitiveList";
const SET_ORDER = "$setElementOrder";

/**
 * A strategic merge patch as the server applies it. The document is left as it is, the patch is changed on the way: the
 * result shares parts of it, and what is left of it is what errors about the result quote. Throws PatchFailed (400, or
 * 500 as the server).
 */
export const applyStrategicMergePatch = (
  document: ValueMap,
  patch: Value,
  type: TypeRef,
  table: TypeTable,
): ValueMap => {
  if (patch === null) return document;
  if (!isMap(patch))
    throw badPatch(`json: cannot unmarshal ${jsonTypeOf(patch)} into Go value of type map[string]interface {}`);
  return mergeMap(copyOf(document), patch, { ref: type, table });
};

const mergeMap = (original: ValueMap, patch: ValueMap, type: PatchType): ValueMap => {
  if (Object.hasOwn(patch, DIRECTIVE)) return followDirective(patch);
  retainKeys(original, patch);
  for (const key of Object.keys(patch)) if (key.startsWith(SET_ORDER)) mergeOrdered(original, patch, key, type);
  for (const [patchKey, value] of Object.entries(patch)) {
    const isDeletion = patchKey.startsWith(DELETE_FROM_LIST);
    const key = isDeletion ? keyAfter(patchKey, DELETE_FROM_LIST, "invalid patch format of primitive list") : patchKey;
    if (value === null) {
      delete original[key];
      continue;
    }
    const current = Object.hasOwn(original, key) ? original[key] : undefined;
    if (current === undefined || goTypeOf(current) !== goTypeOf(value)) {
      if (!isDeletion) take(original, key, value);
    } else if (isMap(current) && isMap(value)) {
      const { type: inner, strategy } = metaOfMap(type, key);
      original[key] = strategy === "replace" ? value : mergeMap(current, value, inner);
    } else if (Array.isArray(current) && Array.isArray(value)) {
      original[key] = mergeList(current, value, metaOfList(type, key), isDeletion);
    } else original[key] = value;
  }
  return original;
};

const followDirective = (patch: ValueMap): ValueMap => {
  const directive = patch[DIRECTIVE] ?? null;
  if (directive === "delete") return {};
  if (directive !== "replace") throw patchBroke(`unknown patch type: ${asText(directive)} in map: ${goPrint(patch)}`);
  delete patch[DIRECTIVE];
  return patch;
};

/** A value that the document does not have yet: without nulls, and without what directives would take away. */
const take = (original: ValueMap, key: string, value: Value): void => {
  discardNulls(value);
  const kept = withoutDirectives(value);
  if (kept === undefined) delete original[key];
  else original[key] = kept;
};

const discardNulls = (value: Value): void => {
  if (Array.isArray(value)) for (const item of value) discardNulls(item);
  else if (isMap(value))
    for (const [key, item] of Object.entries(value)) {
      if (item === null) delete value[key];
      else discardNulls(item);
    }
};

const withoutDirectives = (value: Value): Value | undefined => {
  if (Array.isArray(value)) return value.map((item) => withoutDirectives(item)).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const kept = withoutDirectives(item);
    if (kept === undefined) delete value[key];
    else value[key] = kept;
  }
  return value;
};

/** `$retainKeys` names all members that may stay; the patch must not set another. */
const retainKeys = (original: ValueMap, patch: ValueMap): void => {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const keys = patch[RETAIN_KEYS] ?? null;
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(keys)) throw badPatch("invalid patch format of retainKeys");
  const retained = new Set<Value>(keys);
  for (const [key, value] of Object.entries(patch))
    if (value !== null && !key.startsWith(DELETE_FROM_LIST) && !key.startsWith(SET_ORDER) && !retained.has(key))
      throw badPatch("invalid patch format of retainKeys");
  for (const key of Object.keys(original)) if (!retained.has(key)) delete original[key];
};

/** `$setElementOrder/LIST` and LIST are worked on together, and both taken out of the patch. */
const mergeOrdered = (original: ValueMap, patch: ValueMap, orderKey: string, type: PatchType): void => {
  const order = patch[orderKey] ?? null;
  delete patch[orderKey];
  if (!Array.isArray(order)) throw badArgument("list", order);
  const key = keyAfter(orderKey, SET_ORDER, "invalid patch format of setElementOrder list");
  const current = listAt(original, key);
  const patched = listAt(patch, key);
  const meta = metaOfList(type, key);
  if (order.length > 0 && patched !== undefined && patched.length > 0) checkOrder(patched, order, meta);
  let merged: Value[];
  if (current !== undefined && patched !== undefined) merged = mergeList(current, patched, meta, false);
  else if (current !== undefined) merged = current;
  else if (patched !== undefined) merged = withoutDirectives(patched) as Value[];
  else return;
  original[key] = enforceOrder(merged, order, current ?? [], meta, [current ?? [], patched ?? []]);
  delete patch[key];
};

const checkOrder = (patched: Value[], order: Value[], meta: PatchMeta): void => {
  if (!orderedAs(patched, order, meta.mergeKey))
    throw patchBroke(
      `The order in patch list:\n${goPrint(patched)}\n doesn't match ${SET_ORDER} list:\n${goPrint(order)}\n`,
    );
};

const listAt = (map: ValueMap, key: string): Value[] | undefined => {
  if (!Object.hasOwn(map, key)) return undefined;
  const list = map[key] ?? null;
  if (!Array.isArray(list)) throw badArgument("list", list);
  return list;
};

const keyAfter = (text: string, prefix: string, problem: string): string => {
  if (!text.startsWith(`${prefix}/`)) throw badPatch(problem);
  return text.slice(prefix.length + 1);
};

const mergeList = (current: Value[], patch: Value[], meta: PatchMeta, isDeletion: boolean): Value[] =>
  meta.strategy === "merge" || isDeletion ? mergeLists(current, patch, meta, isDeletion, mergeMap) : patch;
