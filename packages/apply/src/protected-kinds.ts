import type { ObjectRef } from "@evenkeel/words";

/** Kinds whose deletion takes other things or data with it: never pruned without an Approval. */
export const PROTECTED_KINDS = [
  { group: "", kind: "Namespace" },
  { group: "apiextensions.k8s.io", kind: "CustomResourceDefinition" },
  { group: "", kind: "PersistentVolume" },
  { group: "", kind: "PersistentVolumeClaim" },
] as const;

export const isProtectedKind = (ref: ObjectRef): boolean =>
  PROTECTED_KINDS.some(({ group, kind }) => ref.group === group && ref.kind === kind);
