import { isObject } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { ValuePath } from "./yaml-path.ts";

/** One candidate object and where it stands in its document. */
export interface Candidate {
  readonly value: Json;
  readonly path: ValuePath;
  /** True for an item of a List: a List there is nested. */
  readonly inList: boolean;
}

/**
 * True for the `List` of v1, and for a list without a name whose items are all of the kind that its own names: the rest is
 * one object, and no part of it may be lost.
 */
export const isList = (value: Json): value is JsonObject & { readonly items: readonly Json[] } => {
  if (!isObject(value)) return false;
  const { apiVersion, kind, items, metadata } = value;
  if (typeof kind !== "string" || !Array.isArray(items)) return false;
  if (kind === "List" && apiVersion === "v1") return true;
  if (!kind.endsWith("List") || (isObject(metadata) && metadata["name"] !== undefined)) return false;
  const itemKind = kind.slice(0, -"List".length);
  return (
    items.length > 0 &&
    (items as readonly Json[]).every(
      (item) => isObject(item) && item["kind"] === itemKind && item["apiVersion"] === apiVersion,
    )
  );
};

/** By its kind and its items, as kustomize judges. */
export const looksLikeList = (value: Json): value is JsonObject & { readonly kind: string } =>
  isObject(value) &&
  typeof value["kind"] === "string" &&
  value["kind"].endsWith("List") &&
  Array.isArray(value["items"]);

/** The objects of one document: itself, or the items of a List, one level deep. */
export const flattenList = (value: Json): readonly Candidate[] =>
  isList(value)
    ? value.items.map((item, index) => ({ value: item, path: ["items", index], inList: true }))
    : [{ value, path: [], inList: false }];
