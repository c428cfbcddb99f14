import { isMap, type Value, type ValueMap } from "../json.ts";
import type { TypeRef, TypeTable } from "../schema/type-node.ts";
import { badRequest, plainError } from "../server/status.ts";
import { inOrder, type KeyOf } from "./in-order.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const DELETE_FROM_LIST = "$deleteFromPrimitiveList/";
const SET_ORDER = "$setElementOrder/";

/**
 * A strategic merge patch as the server applies it, with the directives that kubectl writes. Neither argument is changed.
 * Throws ApiRefusal: 400, or 500 as the server.
 */
export const applyStrategicMergePatch = (
  document: ValueMap,
  patch: Value,
  type: TypeRef,
  table: TypeTable,
): ValueMap => {
  if (!isMap(patch)) throw badRequest("cannot unmarshal the patch: it is no map");
  return mergeMap(document, patch, { ref: type, table });
};

/** A type and the table its names are in; no `ref` below what has no type. */
interface PatchType {
  readonly ref: TypeRef | undefined;
  readonly table: TypeTable;
}

interface PatchField {
  readonly type: PatchType;
  /** `merge`, `replace` or "" (the default of its type). */
  readonly strategy: string;
  readonly mergeKey: string;
}

/** How a member is patched: the type of it, or of its items, and what its field's tags say. */
const fieldOf = ({ ref, table }: PatchType, key: string): PatchField => {
  const node = ref === undefined ? undefined : table.resolve(ref);
  const field = node?.kind === "struct" && Object.hasOwn(node.fields, key) ? node.fields[key] : undefined;
  const own = field === undefined ? undefined : table.resolve(field.type);
  return {
    type: { ref: own?.kind === "list" ? own.element : own, table },
    strategy: field?.patchStrategy?.find((each) => each !== "retainKeys") ?? "",
    mergeKey: field?.patchMergeKey ?? "",
  };
};

const mergeMap = (original: ValueMap, given: ValueMap, type: PatchType): ValueMap => {
  const { [DIRECTIVE]: directive, [RETAIN_KEYS]: retained, ...patch } = given;
  if (directive === "delete") return {};
  if (directive === "replace") return patch;
  if (directive !== undefined) throw plainError(`unknown patch type: ${JSON.stringify(directive)}`);
  const merged = retained === undefined ? { ...original } : onlyKeys(original, retained, patch);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(SET_ORDER)) continue;
    const list = key.startsWith(DELETE_FROM_LIST) ? key.slice(DELETE_FROM_LIST.length) : undefined;
    if (list === undefined) mergeMember(merged, key, value, type);
    else merged[list] = listAt(merged, list).filter((item) => !listOf(value).includes(item));
  }
  for (const [key, order] of Object.entries(patch)) {
    const list = key.startsWith(SET_ORDER) ? key.slice(SET_ORDER.length) : undefined;
    if (list === undefined || !Object.hasOwn(merged, list)) continue;
    merged[list] = inOrder(
      listAt(merged, list),
      listOf(order),
      listAt(original, list),
      keyOfItems(fieldOf(type, list)),
    );
  }
  return merged;
};

const mergeMember = (merged: ValueMap, key: string, value: Value, type: PatchType): void => {
  const current = merged[key];
  const field = fieldOf(type, key);
  if (value === null) delete merged[key];
  else if (isMap(value) && isMap(current))
    merged[key] = field.strategy === "replace" ? value : mergeMap(current, value, field.type);
  else if (Array.isArray(value) && Array.isArray(current))
    merged[key] = field.strategy === "merge" ? mergeLists(current, value, field) : value;
  else {
    const kept = asNew(value);
    if (kept === undefined) delete merged[key];
    else merged[key] = kept;
  }
};

/** `$retainKeys` names all members that may stay. */
const onlyKeys = (original: ValueMap, retained: Value, patch: ValueMap): ValueMap => {
  const keys = listOf(retained);
  const isLoose = (key: string): boolean => patch[key] !== null && !key.startsWith("$") && !keys.includes(key);
  if (Object.keys(patch).some(isLoose)) throw badRequest("invalid patch format of retainKeys");
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.includes(key)));
};

const listOf = (value: Value): Value[] => {
  if (!Array.isArray(value)) throw plainError("expected a list in the patch");
  return value;
};
const listAt = (map: ValueMap, key: string): Value[] => listOf(map[key] ?? []);

/** A value that the document does not have yet: without nulls, and without what directives would take away. */
const asNew = (value: Value): Value | undefined => {
  if (Array.isArray(value)) return value.map(asNew).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const kept: ValueMap = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = item === null ? undefined : asNew(item);
    if (inner !== undefined) kept[key] = inner;
  }
  return kept;
};

/** What tells items apart: their merge key, or themselves where there is none. */
const keyOfItems =
  ({ mergeKey }: PatchField): KeyOf =>
  (item) => {
    if (mergeKey === "") return item;
    const key = isMap(item) ? item[mergeKey] : undefined;
    if (key === undefined) throw plainError(`map: an item does not contain declared merge key: ${mergeKey}`);
    return key;
  };

/** Merges two lists: maps by their key, scalars as a set; what the patch names is ordered as there. */
const mergeLists = (original: Value[], patch: Value[], field: PatchField): Value[] => {
  const keyOf = keyOfItems(field);
  const has = (item: Value, directive: string): boolean => isMap(item) && item[DIRECTIVE] === directive;
  if (patch.some((item) => has(item, "replace"))) return patch.filter((item) => !has(item, "replace"));
  const deleted = patch.filter((item) => has(item, "delete")).map(keyOf);
  const base = original.filter((item) => !deleted.includes(keyOf(item)));
  const rest = patch.filter((item) => !has(item, "delete"));
  const merged = [...base];
  for (const item of rest) {
    const at = merged.findIndex((each) => keyOf(each) === keyOf(item));
    const current = merged[at];
    if (current === undefined) merged.push(item);
    else if (isMap(current) && isMap(item)) merged[at] = mergeMap(current, item, field.type);
  }
  return inOrder(merged, rest, base, keyOf);
};
