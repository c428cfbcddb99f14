import type { Json, JsonObject } from "./kube-object.ts";
import type { ValuePath } from "./yaml-path.ts";

/** One candidate object and where it stands in its document. */
export interface Candidate {
  readonly value: Json;
  readonly path: ValuePath;
  /** True for an item of a List: a List there is nested. */
  readonly inList: boolean;
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** True for `List` and `*List` with items; an object of a kind that only ends in List has a name. */
export const isList = (value: Json): value is JsonObject & { readonly items: readonly Json[] } => {
  if (!isJsonObject(value) || typeof value["kind"] !== "string" || !Array.isArray(value["items"])) return false;
  const metadata = value["metadata"];
  const named = isJsonObject(metadata) && metadata["name"] !== undefined;
  return value["kind"] === "List" || (value["kind"].endsWith("List") && !named);
};

/** The objects of one document: itself, or the items of a List, one level deep. */
export const flattenList = (value: Json): readonly Candidate[] =>
  isList(value)
    ? value.items.map((item, index) => ({ value: item, path: ["items", index], inList: true }))
    : [{ value, path: [], inList: false }];
