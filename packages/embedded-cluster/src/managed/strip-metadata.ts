import type { FieldSet } from "../fields/field-set.ts";
import { difference, setOf } from "../fields/field-set.ts";

const metadata = [
  "name",
  "namespace",
  "creationTimestamp",
  "selfLink",
  "uid",
  "clusterName",
  "generation",
  "managedFields",
  "resourceVersion",
];

const neverOwned = setOf(
  ["f:apiVersion"],
  ["f:kind"],
  ["f:metadata"],
  ...metadata.map((name) => ["f:metadata", `f:${name}`]),
);

/** The set without what identifies an object and what only the server writes. */
export const stripMetadata = (set: FieldSet): FieldSet => difference(set, neverOwned);
