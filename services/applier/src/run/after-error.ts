import {
  consequenceOf,
  decideConflict,
  heldBeside,
  immutableField,
  decideReplaced,
  mayRecreate,
  rulesFor,
  takenOutAtCreation,
} from "@evenkeel/apply";
import { ApplyCause } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { ApiError, Applied } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { adoptLate } from "../plan/adopt-late.ts";
import type { Means } from "../write/means.ts";
import { bodyOf } from "../write/body-of.ts";
import type { StepFailure } from "./carry-out.ts";
import { failureOf, wordsOf } from "../write/guard.ts";
import { resolveInvalid } from "../refused/resolve-invalid.ts";
import { wasOurs } from "../write/means.ts";
import type { ObjectWrite, Previous } from "../write/write-object.ts";

/** What follows from a failed apply. */
export type Next =
  /** `before`: what was live, where fields of others are taken. */
  | { readonly kind: "again"; readonly write: ObjectWrite; readonly waitMs: number; readonly before?: KubeObject }
  | { readonly kind: "recreate" }
  | { readonly kind: "applied"; readonly applied: Applied; readonly body: KubeObject; readonly before: KubeObject }
  | ({ readonly kind: "failed" } & StepFailure);

const TRIES = 4;

/** Never ours: the rules of adoption decide on what is there now, unless it is what the plan has judged by them. */
const afterAppeared = async (means: Means, write: ObjectWrite): Promise<Next | undefined> => {
  if (wasOurs(means, write.ref)) return undefined;
  const judged = await adoptLate(means, write);
  if (judged.kind === "refused") return { kind: "failed", reason: judged.reason, again: true };
  if (judged.write === write) return undefined;
  return { kind: "again", write: judged.write, waitMs: means.retryMs(1) };
};

/** Another object may have the name by now: ours is written again, another's is left to it. */
const afterStale = async (means: Means, write: ObjectWrite): Promise<Next> => {
  const live = await means.kube.getObject(write.ref, {}, means.signal);
  if (live === undefined) {
    await means.confirmCluster();
    return { kind: "again", write: { ...write, uid: "" }, waitMs: 0 };
  }
  const decision = decideReplaced({ ref: write.ref, live, owner: means.stamp, policy: means.spec });
  if (decision.kind === "refuse") return { kind: "failed", reason: decision.reason, again: true };
  const force = write.force || decision.kind === "take";
  const waitMs = means.retryMs(1);
  return { kind: "again", write: { ...write, uid: live.metadata.uid ?? "", force }, waitMs };
};

const afterReplaced = async (means: Means, write: ObjectWrite, failed: Next): Promise<Next> => {
  const live = await means.kube.getObject(write.ref, {}, means.signal);
  return live === undefined ? failed : afterStale(means, write);
};

/** It can neither be changed nor be made again: what is there stays. */
const refusedAnew = (ref: ObjectRef, error: ApiError): StepFailure => {
  const failed = failureOf(ref, error, "apply");
  const message = `${describeRef(ref)} cannot be changed in place, and is not deleted, since it could not be made again: ${wordsOf(ref, error)}`;
  return { ...failed, reason: { ...failed.reason, message } };
};

/** A new object lacks what a rule takes out of it, and cannot be without. */
const lacking = (means: Means, { ref, object }: ObjectWrite, error: ApiError, failed: StepFailure): StepFailure => {
  const rules = rulesFor(means.spec.ignore, ref);
  const path = takenOutAtCreation(
    rules,
    object,
    error.causes.map(({ field }) => field),
  );
  if (path === undefined) return failed;
  const remedy = `declare mode: create-only for ${path} in ignore: then a new object has what Git says there`;
  return { ...failed, reason: { ...failed.reason, remedy } };
};

/** An object that is there may refuse a change that is valid in itself: then it is made again, as far as that is declared. */
const afterInvalid = async (means: Means, write: ObjectWrite, error: ApiError): Promise<Next> => {
  const failed: Next = { kind: "failed", ...failureOf(write.ref, error, "apply") };
  if (error.status !== 422) return failed;
  // Found gone, and made by somebody else since: it is judged as what is there.
  if (write.uid === "") {
    const made: Next = { kind: "failed", ...lacking(means, write, error, failed) };
    return wasOurs(means, write.ref) ? afterReplaced(means, write, made) : made;
  }
  const body = await bodyOf(means, write);
  const judged = await resolveInvalid(means, write, body, error);
  if (judged.kind === "invalid") return failed;
  if (judged.kind === "not-made") return { kind: "failed", ...refusedAnew(write.ref, judged.error) };
  if (judged.kind === "held") return { kind: "failed", reason: heldBeside(write.ref, judged.kept), again: true };
  if (judged.kind === "applied") return { ...judged, body };
  if (mayRecreate(write.object, write.ref, means.spec.recreate)) return { kind: "recreate" };
  const fields = error.causes.map(({ field }) => field).filter((field) => field !== "");
  const changed = means.cause === ApplyCause.DRIFT ? "on the cluster" : "in Git";
  const reason = immutableField(write.ref, fields, wordsOf(write.ref, error), changed);
  return { kind: "failed", reason, again: true };
};

const afterConflict = async (means: Means, write: ObjectWrite, error: ApiError, previous: Previous): Promise<Next> => {
  const appeared = await afterAppeared(means, write); // the server tells of fields before it tells of the uid
  if (appeared !== undefined) return appeared;
  const sent = (await previous()).get(formatRef(write.ref))?.object;
  const { drift, onConflict } = means.spec;
  const decision = decideConflict({
    ref: write.ref,
    conflicts: error.conflicts,
    previous: sent,
    policy: { drift, onConflict },
  });
  if (decision.kind !== "force") return { kind: "failed", reason: decision.reason, again: true };
  if (write.force) return { kind: "failed", ...failureOf(write.ref, error, "apply") };
  const before = await means.kube.getObject(write.ref, {}, means.signal);
  const again = { kind: "again", write: { ...write, force: true }, waitMs: 0 } as const;
  return before === undefined ? again : { ...again, before };
};

const decide = async (means: Means, write: ObjectWrite, error: ApiError, tries: number, previous: Previous) => {
  const failed: Next = { kind: "failed", ...failureOf(write.ref, error, "apply") };
  const consequence = consequenceOf(error.errorClass, "apply");
  switch (consequence.kind) {
    case "retry": {
      const waitMs = error.retryAfterMs ?? means.retryMs(tries);
      return tries >= TRIES ? failed : ({ kind: "again", write, waitMs } as const);
    }
    case "decide-again":
      return tries >= TRIES ? failed : ((await afterAppeared(means, write)) ?? afterStale(means, write));
    case "field-conflict":
      return afterConflict(means, write, error, previous);
    case "hold":
      return error.errorClass === "INVALID" ? afterInvalid(means, write, error) : failed;
    case "done":
    case "wait":
      return failed;
  }
};

/** Decides from the answer, and from what is live where the answer alone does not tell. Throws nothing of the API. */
export const afterError = async (
  means: Means,
  write: ObjectWrite,
  error: ApiError,
  tries: number,
  previous: Previous,
): Promise<Next> => {
  try {
    return await decide(means, write, error, tries, previous);
  } catch (second) {
    if (!isApiError(second)) throw second;
    if (tries < TRIES) return { kind: "again", write, waitMs: means.retryMs(tries) };
    return { kind: "failed", ...failureOf(write.ref, second, "apply") };
  }
};
