import { claimDefaults, saysUnchangeable } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { ApiError, Applied } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { actingAs } from "./body-of.ts";
import { mayBeMade } from "./may-be-made.ts";
import type { ObjectWrite } from "./write-object.ts";

/** What an update that the server calls invalid turns out to be. */
export type InvalidUpdate =
  /** The object could not be made like that either, or that cannot be found out. */
  | { readonly kind: "invalid" }
  /** A fresh object of this name is refused by a policy, whatever is in it or not: what is there must not be deleted for it. */
  | { readonly kind: "not-made"; readonly error: ApiError }
  /** A fresh object may be what this one may not become. */
  | { readonly kind: "immutable" }
  /** Values that the server had filled in stood in the way; without them it is applied. */
  | { readonly kind: "applied"; readonly applied: Applied };

/** Applies once more: the cause may have gone between the two questions. Undefined if it is INVALID still. */
const applyAgain = async (run: Run, { force, uid }: ObjectWrite, body: KubeObject): Promise<Applied | undefined> => {
  const object = { ...body, metadata: { ...body.metadata, uid } };
  try {
    const options = { object, force, dryRun: false, ...actingAs(run) };
    return await run.kube.serverSideApply(options, run.held.signalOfWrites);
  } catch (error) {
    if (isApiError(error, "INVALID")) return undefined;
    throw error;
  }
};

/** The same with the filled-in values claimed, so that the apply drops them; gives them back if that does not help. */
const applyWithout = async (
  run: Run,
  write: ObjectWrite,
  body: KubeObject,
  live: KubeObject,
): Promise<Applied | undefined> => {
  const managedFields = claimDefaults(body, live);
  const { managedFields: before, resourceVersion } = live.metadata;
  if (managedFields === undefined || before === undefined || resourceVersion === undefined)
    return applyAgain(run, write, body);
  const owners = (fields: typeof managedFields, version: string) =>
    run.kube.writeManagedFields(
      write.ref,
      { managedFields: fields, resourceVersion: version },
      actingAs(run),
      run.held.signalOfWrites,
    );
  const claimed = await owners(managedFields, resourceVersion);
  let applied: Applied | undefined;
  try {
    applied = await applyAgain(run, write, body);
    return applied;
  } finally {
    if (applied === undefined) await owners(before, claimed.metadata.resourceVersion ?? "");
  }
};

/** Every fault that the server names is of the change: one of the content would refuse a new object too. */
const isUnchangeable = ({ causes, message }: ApiError): boolean => {
  const words = causes.length === 0 ? [message] : causes.map((cause) => cause.message);
  return words.every(saysUnchangeable);
};

/**
 * What is behind an INVALID answer to an update of an object that is there. Words do not tell what is immutable
 * (fluxcd/pkg#192): the proof is that a fresh object of this body passes where the change does not, asked before and after. Throws ApiError.
 */
export const judgeInvalid = async (
  run: Run,
  write: ObjectWrite,
  body: KubeObject,
  refusal: ApiError,
): Promise<InvalidUpdate> => {
  const live = await run.kube.getObject(write.ref, {}, run.signal);
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return { kind: "invalid" };
  const made = await mayBeMade(run, body, live);
  if (made.kind === "refused")
    return made.error === undefined ? { kind: "invalid" } : { kind: "not-made", error: made.error };
  if (made.kind === "unknown" && !isUnchangeable(refusal)) return { kind: "invalid" };
  const applied = await applyWithout(run, write, body, live);
  return applied === undefined ? { kind: "immutable" } : { kind: "applied", applied };
};
