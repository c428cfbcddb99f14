import { consequenceOf } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { failureOf, guardWrite } from "../write/guard.ts";

const ASK_EVERY_MS = 50;

/** `gone`: a 404 was read. `deleting`: accepted, and still held by finalizers or a grace period. */
export type Deleted = "gone" | "deleting";

/** Deletes exactly the object that was read (uid and resourceVersion) and waits a moment until it is gone
 * (invariant prune.preconditions). */
export const deleteObject = async (
  run: Run,
  live: KubeObject,
  propagation: "Background" | "Foreground",
  waitMs: number,
): Promise<StepResult<Deleted>> => {
  const ref = refOf(live);
  const uid = live.metadata.uid ?? "";
  const stop = await guardWrite(run, ref);
  if (stop !== undefined) return stop;
  try {
    if (live.metadata.deletionTimestamp === undefined) {
      const { resourceVersion = "" } = live.metadata;
      const as = run.impersonate === undefined ? {} : { impersonate: run.impersonate };
      const answer = await run.kube.deleteObject(
        ref,
        { uid, resourceVersion },
        { propagation, ...as },
        run.held.signalOfWrites,
      );
      if (answer === "gone") return { kind: "done", value: "gone" };
    }
    for (let waited = 0; ; waited += ASK_EVERY_MS) {
      const left = await run.kube.getObject(ref, {}, run.signal);
      if (left === undefined || left.metadata.uid !== uid) return { kind: "done", value: "gone" };
      if (waited >= waitMs || run.signal.aborted) return { kind: "done", value: "deleting" };
      await run.deps.clock.sleep(ASK_EVERY_MS, run.signal).catch(() => {});
    }
  } catch (error) {
    if (!isApiError(error)) {
      if (run.signal.aborted || !run.held.lease.live()) return { kind: "stopped" };
      throw error;
    }
    if (consequenceOf(error.errorClass, "delete").kind === "done") return { kind: "done", value: "gone" };
    return { kind: "failed", ...failureOf(ref, error, "delete") };
  }
};
