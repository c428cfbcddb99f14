import { consequenceOf, scopeDenied, wouldTake } from "@evenkeel/apply";
import type { CallVerb } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { ApiError } from "@evenkeel/kube";
import { describeRef } from "@evenkeel/words";
import type { ApiErrorClass, ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { PlacedElsewhere } from "../cluster/anchors.ts";
import type { StepFailure } from "../run/carry-out.ts";
import { grantOf } from "../plan/desired-set.ts";
import { LeaseLost } from "./write-refused.ts";

/** A definition that came in between may serve the kind for the whole cluster: then a namespace in the ref means nothing. */
const servedRef = ({ kube }: Pick<Run, "kube">, ref: ObjectRef): ObjectRef =>
  kube.discovery.resolve(ref.group, ref.kind)?.namespaced === false ? { ...ref, namespace: "" } : ref;

const STOPPING = [LeaseLost, PlacedElsewhere];

/** What stands before every single write (invariants write.scope, write.one-writer): undefined means go on. */
export const guardWrite = async (
  run: Pick<Run, "anchor" | "declared" | "fact" | "partition" | "kube" | "signal">,
  ref: ObjectRef,
): Promise<{ readonly kind: "stopped" } | ({ readonly kind: "failed" } & StepFailure) | undefined> => {
  const denied = scopeDenied(servedRef(run, ref), grantOf(run));
  if (denied !== undefined) return { kind: "failed", reason: denied, again: false };
  try {
    await run.anchor.check();
  } catch (error) {
    if (STOPPING.some((each) => error instanceof each)) return { kind: "stopped" };
    if (isApiError(error)) return { kind: "failed", ...failureOf(ref, error, "read"), ends: true };
    throw error;
  }
  if (run.signal.aborted || !run.partition.lease.live()) return { kind: "stopped" };
  const waits = run.partition.hangs.stop(run.fact.unit, ref);
  return waits === undefined ? undefined : { kind: "failed", ...waits };
};

/** What the server said, but for a Secret only where and why: its words may repeat a value. */
export const wordsOf = (ref: ObjectRef, error: ApiError): string => {
  if (ref.group !== "" || ref.kind !== "Secret") return error.message;
  const fields = error.causes.map(({ field }) => field).filter((field) => field !== "");
  return `${describeRef(ref)} failed (${error.reason})${fields.length === 0 ? "" : `: ${fields.join(", ")}`}`;
};

/** No answer at all, or none for anybody; a call that took too long may be the fault of one object's webhook. */
const endsAll = ({ errorClass, status, reason }: ApiError): boolean =>
  ofAllCalls.has(errorClass) || (status === 0 && reason !== "DeadlineExceeded");
const ofAllCalls: ReadonlySet<ApiErrorClass> = new Set(["AUTH", "TLS", "UNIDENTIFIED", "CUT_SHORT"]);

/** The end of one object's write by an error that no rule of its own covers. */
export const failureOf = (ref: ObjectRef, error: ApiError, verb: CallVerb): StepFailure => ({
  ...reasonOf(ref, error, verb),
  ends: endsAll(error),
  refusedBy: error.refusedBy,
});

const reasonOf = (ref: ObjectRef, error: ApiError, verb: CallVerb): StepFailure => {
  const message = wordsOf(ref, error);
  const consequence = consequenceOf(error.errorClass, verb);
  switch (consequence.kind) {
    case "retry":
    case "wait":
      return {
        reason: { code: consequence.code, message, remedy: consequence.remedy },
        again: true,
      };
    case "hold":
      return {
        reason: { code: consequence.code, message, remedy: consequence.remedy },
        again: consequence.recheck,
      };
    case "done":
    case "decide-again":
      return {
        reason: {
          code: "ApiUnavailable",
          message: `${describeRef(ref)} changed while it was written: ${message}`,
          remedy: "nothing: it is tried again",
        },
        again: true,
      };
    case "field-conflict":
      return { reason: wouldTake(ref, error.conflicts), again: false };
  }
};
