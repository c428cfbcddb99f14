import { consequenceOf } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Means } from "../write/means.ts";
import type { StepResult } from "../run/carry-out.ts";
import { failureOf } from "../write/guard.ts";

const ASK_EVERY_MS = 50;

/** `gone`: a 404 was read. `deleting`: accepted, and still held by finalizers or a grace period. */
export type Deleted = "gone" | "deleting";

/** Deletes exactly the object that was read (uid and resourceVersion) and waits a moment until it is gone
 * (invariant prune.preconditions). */
export const deleteObject = async (
  means: Means,
  live: KubeObject,
  propagation: "Background" | "Foreground",
  waitMs: number,
): Promise<StepResult<Deleted>> => {
  const ref = refOf(live);
  const uid = live.metadata.uid ?? "";
  const stop = await means.guard(ref);
  if (stop !== undefined) return stop;
  try {
    if (live.metadata.deletionTimestamp === undefined) {
      const { resourceVersion = "" } = live.metadata;
      const answer = await means.kube.deleteObject(
        ref,
        { uid, resourceVersion },
        { propagation, ...means.as },
        means.signalOfWrites,
      );
      if (answer === "gone") return { kind: "done", value: "gone" };
    }
    for (let waited = 0; ; waited += ASK_EVERY_MS) {
      const left = await means.kube.getObject(ref, {}, means.signal);
      if (left === undefined || left.metadata.uid !== uid) return { kind: "done", value: "gone" };
      if (waited >= waitMs || means.signal.aborted) return { kind: "done", value: "deleting" };
      await means.pause(ASK_EVERY_MS);
    }
  } catch (error) {
    if (!isApiError(error)) {
      if (means.signal.aborted || !means.isOwner()) return { kind: "stopped" };
      throw error;
    }
    if (consequenceOf(error.errorClass, "delete").kind === "done") return { kind: "done", value: "gone" };
    return { kind: "failed", ...failureOf(ref, error, "delete") };
  }
};
