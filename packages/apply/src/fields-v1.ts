import { FIELD_MANAGER, isObject, parseJson } from "@evenkeel/resource";
import type { Json, JsonObject, ObjectMeta } from "@evenkeel/resource";

/** One manager's part of managedFields. */
export type ManagedEntry = NonNullable<ObjectMeta["managedFields"]>[number];

/** Whether an entry is about a subresource (`status`, `scale`): whoever writes there owns nothing that Git could declare. */
export const isOfSubresource = (entry: ManagedEntry): boolean => (entry["subresource"] ?? "") !== "";

/** Whether an entry is what our applies own. */
export const isOwnEntry = (entry: ManagedEntry): boolean =>
  entry["manager"] === FIELD_MANAGER && entry["operation"] === "Apply" && !isOfSubresource(entry);

/** A set of fields that names nothing inside: the whole value is its owner's. */
export const isLeaf = (fields: JsonObject): boolean => Object.keys(fields).length === 0;

/** All that either of two sets of fields names. */
export const union = (a: JsonObject, b: JsonObject): JsonObject => {
  const all = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const own = a[key];
    all[key] = isObject(own) && isObject(value) ? union(own, value) : value;
  }
  return all;
};

/** Whether a list's item has these values under its keys. */
export const isItem = (item: Json, keys: JsonObject): item is JsonObject =>
  isObject(item) && Object.entries(keys).every(([key, value]) => value === item[key]);

/** What a member of fieldsV1 (`f:` field, `k:` item by its keys, `v:` item of a set) stands for in a value; null counts as absent. */
export const memberOf = (value: Json | undefined, member: string): Json | undefined => {
  const rest = member.slice(2);
  if (member.startsWith("f:")) return isObject(value) ? (value[rest] ?? undefined) : undefined;
  if (!Array.isArray(value)) return undefined;
  const wanted = member.startsWith("k:") || member.startsWith("v:") ? parseJson(rest) : undefined;
  const list = value as readonly Json[];
  if (member.startsWith("k:")) return isObject(wanted) ? list.find((item) => isItem(item, wanted)) : undefined;
  return wanted === undefined ? undefined : list.find((item) => item === wanted);
};
