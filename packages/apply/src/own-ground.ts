import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

/** Namespace of Evenkeel itself: its anchors keep older versions out, so whoever writes there could bring them back. */
export const OWN_NAMESPACE = "evenkeel-system";

/** No grant reaches Evenkeel's own ground: its namespace, what is in it, and with it the anchors `ek-<installation>-<n>`. */
export const ownGroundDenied = (ref: ObjectRef): Reason | undefined => {
  const isItself = ref.group === "" && ref.kind === "Namespace" && ref.name === OWN_NAMESPACE;
  if (!isItself && ref.namespace !== OWN_NAMESPACE) return undefined;
  return {
    code: "ScopeDenied",
    message: `${describeRef(ref)} is in the namespace that Evenkeel keeps its own state in, which no application may write`,
    remedy: `take it out in Git, or name another namespace than ${OWN_NAMESPACE}`,
  };
};
