import type { LiveObject } from "../../json.ts";

/** Admission's StorageObjectInUseProtection: a claim or volume is not gone while something uses it. Nobody owns the field. */
export const addFinalizer = (object: LiveObject, finalizer: string): void => {
  const present = object.metadata["finalizers"];
  const finalizers = Array.isArray(present) ? present : [];
  if (!finalizers.includes(finalizer)) object.metadata["finalizers"] = [...finalizers, finalizer];
};
