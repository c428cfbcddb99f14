import { isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { listOf } from "./kustomization.ts";

/** What a kustomization sets on all objects that it holds. */
export interface FieldCounts {
  /** Annotations and labels. */
  readonly pairs: number;
  readonly images: number;
  /** Patches, replacements and the like. */
  readonly others: number;
}

/** One kustomization with what it names; one that is named twice is one node, and is built twice. */
export interface BuildNode {
  readonly file: string;
  /** How many kustomizations are built for it, itself among them. */
  readonly builds: number;
  /** Files of objects. */
  readonly manifests: readonly string[];
  /** Objects of generators. */
  readonly generated: number;
  readonly sets: FieldCounts;
  /** In the order in which they are built; a component works on what was held before it. */
  readonly below: readonly { readonly node: BuildNode; readonly isComponent: boolean }[];
}

const members = (value: Json | undefined): number => (isObject(value) ? Object.keys(value).length : 0);

/** Of a kustomization, and of a document that configures a plugin: it names the same things otherwise. */
export const countFields = (document: JsonObject): FieldCounts => {
  const { commonAnnotations, commonLabels, labels, annotations, images, imageTag } = document;
  const inLists = listOf(labels).reduce<number>((sum, one) => sum + (isObject(one) ? members(one["pairs"]) : 0), 0);
  return {
    pairs: members(commonAnnotations) + members(commonLabels) + members(labels) + members(annotations) + inLists,
    images: listOf(images).length + (imageTag === undefined ? 0 : 1),
    others: OTHERS.reduce((sum, field) => sum + listOf(document[field]).length, 0),
  };
};

const OTHERS = ["patches", "patchesJson6902", "patchesStrategicMerge", "replacements", "replicas", "vars"] as const;

export const countGenerated = (document: JsonObject): number =>
  listOf(document["configMapGenerator"]).length + listOf(document["secretGenerator"]).length;

export const plus = (one: FieldCounts, other: FieldCounts): FieldCounts => ({
  pairs: one.pairs + other.pairs,
  images: one.images + other.images,
  others: one.others + other.others,
});
