import { planSteps } from "@evenkeel/apply";
import type { Step } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, ReasonCode } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { StepFailure, StepResult } from "../run/carry-out.ts";
import { contentOf } from "../core/content-of.ts";
import { execute } from "../execute.ts";
import { failureOf } from "./guard.ts";
import type { Means } from "./means.ts";

/** Refusals that another try at once would not change: the cluster had better have what was there. */
const LASTING: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  "AdmissionDenied",
  "Forbidden",
  "LimitExceeded",
  "ObjectInvalid",
  "QuotaExceeded",
]);

/** Whose rights are bound to a name may apply what is not there, and make nothing. */
const remake = async (means: Means, object: KubeObject): Promise<KubeObject> => {
  const options = { object, dryRun: false, ...means.as };
  try {
    return await means.kube.createObject(options, means.signalOfWrites);
  } catch (error) {
    if (!isApiError(error, "FORBIDDEN")) throw error;
    return (await means.kube.serverSideApply({ ...options, force: false }, means.signalOfWrites)).object;
  }
};

const make = async (means: Means, ref: ObjectRef, live: KubeObject): Promise<StepResult<undefined>> => {
  const stop = await means.guard(ref);
  if (stop !== undefined) return stop;
  try {
    const { resourceVersion = "" } = (await remake(means, contentOf(live))).metadata;
    const { managedFields } = live.metadata;
    if (managedFields !== undefined)
      await means.kube.writeManagedFields(ref, { managedFields, resourceVersion }, means.as, means.signalOfWrites);
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
  const step = { verb: "create", ref, object: live, digest: "", uid: "", force: false } as const;
  const { results } = await execute<Step, undefined>(run, planSteps(run.fact.unit, [step]), {
    atOnce: 1,
    step: () => make(run.means, ref, live),
    word: () => "put-back",
  });
  const [made] = results;
  const end =
    made?.kind === "done"
      ? "it was deleted to be made again, and is put back as it was"
      : `it was deleted to be made again, and could not be put back as it was${made?.kind === "failed" ? ` (${made.reason.message})` : ""}`;
  const message = `${failed.reason.message}; ${describeRef(ref)}: ${end}`;
  const remedy = `${failed.reason.remedy}; the next commit tries it again`;
  // Each try deletes what is there: no other without a change.
  return { ...failed, reason: { ...failed.reason, message, remedy }, again: false };
};
