import { claimDefaults, freshBody, probeName } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { Applied } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { actingAs } from "./body-of.ts";
import type { ObjectWrite } from "./write-object.ts";

/** What an update that the server calls invalid turns out to be. */
export type InvalidUpdate =
  /** The object could not be made like that either, or that cannot be found out. */
  | { readonly kind: "invalid" }
  /** A fresh object may be what this one may not become. */
  | { readonly kind: "immutable" }
  /** Values that the server had filled in stood in the way; without them it is applied. */
  | { readonly kind: "applied"; readonly applied: Applied };

/** Whether the server would make an object like this under another name. A quota is looked at after the content. */
const mayBeMade = async (run: Run, body: KubeObject, live: KubeObject): Promise<boolean> => {
  const options = { object: freshBody(body, live, probeName(live)), force: true, dryRun: true, ...actingAs(run) };
  try {
    await run.kube.serverSideApply(options, run.signal);
    return true;
  } catch (error) {
    if (!isApiError(error) || error.passing) throw error; // says nothing of the content
    return error.errorClass === "QUOTA";
  }
};

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

/**
 * What is behind an INVALID answer to an update of an object that is there. Words do not tell what is immutable
 * (fluxcd/pkg#192): the proof is that a fresh object of this body passes where the change does not, asked before and after. Throws ApiError.
 */
export const judgeInvalid = async (run: Run, write: ObjectWrite, body: KubeObject): Promise<InvalidUpdate> => {
  const live = await run.kube.getObject(write.ref, {}, run.signal);
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return { kind: "invalid" };
  if (!(await mayBeMade(run, body, live))) return { kind: "invalid" };
  const applied = await applyWithout(run, write, body, live);
  return applied === undefined ? { kind: "immutable" } : { kind: "applied", applied };
};
