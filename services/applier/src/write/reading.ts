import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";

/** What is live under a name, read once for all who ask during one try of a write. Throws ApiError. */
export type Reading = () => Promise<KubeObject | undefined>;

/** Nothing is read before somebody asks. */
export const readOnce = ({ kube, signal }: Pick<Run, "kube" | "signal">, ref: ObjectRef): Reading => {
  let read: ReturnType<Reading> | undefined;
  return () => (read ??= kube.getObject(ref, {}, signal));
};
