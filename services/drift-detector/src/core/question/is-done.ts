import type { WhenGoneRule } from "@evenkeel/declarations";
import { declaresEnd } from "@evenkeel/health";
import { OWN_ANNOTATIONS } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

/** What is known of an object that is gone: it had ended, it had not, or its end was not seen. */
export type LastSeen = "ended" | "going-on" | "unseen";

const selects = ({ selector }: WhenGoneRule, ref: ObjectRef): boolean =>
  (["group", "kind", "namespace", "name"] as const).every(
    (field) => selector[field] === undefined || selector[field] === ref[field],
  );

/** What Git says about it, the object itself before the application; never what stands in the cluster. */
const declared = (
  ref: ObjectRef,
  desired: KubeObject | undefined,
  rules: readonly WhenGoneRule[],
): WhenGoneRule["mode"] | undefined => {
  const own = desired?.metadata.annotations?.[OWN_ANNOTATIONS.whenGone];
  if (own === "done" || own === "restore") return own;
  return rules.find((rule) => selects(rule, ref))?.mode;
};

/**
 * Whether an object that is gone is done, and not missing: what has ended is not run again. Where its end was not seen, its
 * desired form tells whether it goes by itself; then running it twice is worse than not restoring it.
 */
export const isDone = (
  ref: ObjectRef,
  desired: KubeObject | undefined,
  rules: readonly WhenGoneRule[],
  lastSeen: LastSeen,
): boolean => {
  const mode = declared(ref, desired, rules);
  if (mode !== undefined) return mode === "done";
  if (lastSeen !== "unseen") return lastSeen === "ended";
  return desired !== undefined && declaresEnd(desired);
};
