import { planDigest } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import { describeRef } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";
import type { ReasonCode } from "@evenkeel/words";

import type { Run } from "./admit.ts";
import { actingAs } from "./body-of.ts";
import type { StepFailure, StepResult } from "./carry-out.ts";
import { contentOf } from "./core/content-of.ts";
import { resultsOf } from "./core/step-words.ts";
import { failureOf, guardWrite } from "./guard.ts";
import { withIntent } from "./with-intent.ts";

/** Refusals that another try at once would not change: the cluster had better have what was there. */
const LASTING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "AdmissionDenied",
  "Forbidden",
  "LimitExceeded",
  "ObjectInvalid",
  "QuotaExceeded",
]);

/** Whose rights are bound to a name may apply what is not there, and make nothing. */
const remake = async (run: Run, object: KubeObject): Promise<KubeObject> => {
  const options = { object, dryRun: false, ...actingAs(run) };
  try {
    return await run.kube.createObject(options, run.held.signalOfWrites);
  } catch (error) {
    if (!isApiError(error, "FORBIDDEN")) throw error;
    return (await run.kube.serverSideApply({ ...options, force: false }, run.held.signalOfWrites)).object;
  }
};

const make = async (run: Run, ref: ObjectRef, live: KubeObject): Promise<StepResult<undefined>> => {
  const stop = await guardWrite(run, ref);
  if (stop !== undefined) return stop;
  try {
    const { resourceVersion = "" } = (await remake(run, contentOf(live))).metadata;
    const { managedFields } = live.metadata;
    if (managedFields !== undefined)
      await run.kube.writeManagedFields(
        ref,
        { managedFields, resourceVersion },
        actingAs(run),
        run.held.signalOfWrites,
      );
    return { kind: "done", value: undefined };
  } catch (error) {
    if (isApiError(error)) return { kind: "failed", ...failureOf(ref, error, "apply") };
    throw error;
  }
};

/**
 * An object was deleted to be made again, and its making is refused: what was there is made once more, with the owners that
 * its fields had, and the failure says so.
 */
export const putBack = async (
  run: Run,
  ref: ObjectRef,
  live: KubeObject,
  failed: StepFailure,
): Promise<StepFailure> => {
  if (!LASTING.has(failed.reason.code)) return failed;
  if ((await run.kube.getObject(ref, {}, run.signal)) !== undefined) return failed; // somebody else made one
  const writes = [{ verb: "create", ref, content: "" }] as const;
  const { unit, version, digest, revision, traceId } = run.fact;
  const plan = planDigest(unit, writes);
  const record = { run: run.held.nextRun(), unit, version, digest, planDigest: plan, revision, traceId, writes };
  const { value: made } = await withIntent(run, record, undefined, async () => {
    const value = await make(run, ref, live);
    return { value, results: resultsOf([value]), word: "put-back", inventoryRevision: 0 };
  });
  const end =
    made.kind === "done"
      ? "it was deleted to be made again, and is put back as it was"
      : `it was deleted to be made again, and could not be put back as it was${made.kind === "failed" ? ` (${made.reason.message})` : ""}`;
  const message = `${failed.reason.message}; ${describeRef(ref)}: ${end}`;
  const remedy = `${failed.reason.remedy}; the next commit tries it again`;
  // Each try deletes what is there: no other without a change.
  return { ...failed, reason: { ...failed.reason, message, remedy }, again: false };
};
