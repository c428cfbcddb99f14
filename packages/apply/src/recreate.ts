import { OWN_ANNOTATIONS, keptBy, recreatedBy } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason, RecreatePolicy } from "@evenkeel/words";

import { isProtectedKind } from "./protected-kinds.ts";

const POLICIES: ReadonlySet<string> = new Set<RecreatePolicy>(["never", "job-only", "always"]);

const isPolicy = (text: string | undefined): text is RecreatePolicy => text !== undefined && POLICIES.has(text);

/** What is kept is not deleted to be made again either; Flux and Argo CD have marks of their own for replacing. */
const byMarks = (object: KubeObject): RecreatePolicy | undefined =>
  keptBy(object, false) !== undefined ? "never" : recreatedBy(object) !== undefined ? "always" : undefined;

/**
 * On a proven immutable field: replaced only as declared (the object's annotation, another engine's mark, else the app),
 * never a protected kind.
 */
export const mayRecreate = (object: KubeObject, ref: ObjectRef, policy: RecreatePolicy): boolean => {
  const own = object.metadata.annotations?.[OWN_ANNOTATIONS.recreate];
  const effective = isPolicy(own) ? own : (byMarks(object) ?? policy);
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

/** Who made the difference: a commit, or somebody on the cluster. */
export type Changed = "in Git" | "on the cluster";

const BACK: Readonly<Record<Changed, (ref: ObjectRef) => string>> = {
  "in Git": () => "change it back in Git",
  "on the cluster": ({ kind }) => `delete the ${kind} by hand: it is made again as Git says`,
};

/** Why an object stays as it is whose fields cannot be changed in place; `said`: the server's own words. */
export const immutableField = (
  ref: ObjectRef,
  fields: readonly string[],
  said: string,
  changed: Changed = "in Git",
): Reason => {
  const named = fields.length === 0 ? "what differs" : fields.join(", ");
  const message = `${describeRef(ref)} cannot be changed in place in ${named}: ${said}`;
  const back = BACK[changed](ref);
  if (!isProtectedKind(ref)) {
    const declared = `declare recreate: always, or annotate the object with ${OWN_ANNOTATIONS.recreate}: always`;
    return { code: "ImmutableField", message, remedy: `${back}, or ${declared}` };
  }
  const byHand = `delete the ${ref.kind} by hand if what goes with it may go: it is never replaced`;
  const first = changed === "in Git" ? back : "write what is live into Git";
  return { code: "ImmutableField", message, remedy: `${first}, or ${byHand}` };
};
