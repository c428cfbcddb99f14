import { OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";

import { isProtectedKind } from "./protected-kinds.ts";

/** Whether an object may be deleted and made again when a field cannot be changed in place. */
export type RecreatePolicy = "never" | "job-only" | "always";

const POLICIES: ReadonlySet<string> = new Set<RecreatePolicy>(["never", "job-only", "always"]);

const isPolicy = (text: string | undefined): text is RecreatePolicy => text !== undefined && POLICIES.has(text);

/** On a proven immutable field: replaced only as declared (the object's annotation, else the app), never a protected kind. */
export const mayRecreate = (object: KubeObject, ref: ObjectRef, policy: RecreatePolicy): boolean => {
  const own = object.metadata.annotations?.[OWN_ANNOTATIONS.recreate];
  const effective = isPolicy(own) ? own : policy;
  if (isProtectedKind(ref)) return false;
  switch (effective) {
    case "never":
      return false;
    case "job-only":
      return ref.group === "batch" && ref.kind === "Job";
    case "always":
      return true;
  }
};
