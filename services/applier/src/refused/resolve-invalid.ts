import { claimDefaults, claimSiblings, saysUnchangeable } from "@evenkeel/apply";
import type { DisputedField } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { ApiError, Applied } from "@evenkeel/kube";
import type { KubeObject, ObjectMeta } from "@evenkeel/resource";

import type { Means } from "../write/means.ts";
import { mayBeMade } from "./may-be-made.ts";
import type { ObjectWrite } from "../write/write-object.ts";

/** What an update that the server calls invalid turns out to be. */
export type InvalidUpdate =
  /** The object could not be made like that either, or that cannot be found out. */
  | { readonly kind: "invalid" }
  /** A fresh object of this name is refused by a policy, whatever is in it or not: what is there must not be deleted for it. */
  | { readonly kind: "not-made"; readonly error: ApiError }
  /** A fresh object may be what this one may not become. */
  | { readonly kind: "immutable" }
  /** It may be what Git says, but for what others have beside that. */
  | { readonly kind: "held"; readonly kept: readonly DisputedField[] }
  /** Values that the server had filled in, or that somebody chose instead, stood in the way; without them it is applied. */
  | { readonly kind: "applied"; readonly applied: Applied; readonly before: KubeObject };

/** Applies once more: the cause may have gone between the two questions. Undefined if it is INVALID still. */
const applyAgain = async (
  means: Means,
  { force, uid }: ObjectWrite,
  body: KubeObject,
): Promise<Applied | undefined> => {
  const object = { ...body, metadata: { ...body.metadata, uid } };
  try {
    const options = { object, force, dryRun: false, ...means.as };
    return await means.kube.serverSideApply(options, means.signalOfWrites);
  } catch (error) {
    if (isApiError(error, "INVALID")) return undefined;
    throw error;
  }
};

/** The same with other owners, so that the apply drops what is ours then; gives back what that does not help. */
const applyWith = async (
  means: Means,
  write: ObjectWrite,
  body: KubeObject,
  live: KubeObject,
  managedFields: NonNullable<ObjectMeta["managedFields"]>,
): Promise<Applied | undefined> => {
  const { managedFields: before, resourceVersion } = live.metadata;
  if (before === undefined || resourceVersion === undefined) return undefined;
  const owners = (fields: typeof managedFields, version: string) =>
    means.kube.writeManagedFields(
      write.ref,
      { managedFields: fields, resourceVersion: version },
      means.as,
      means.signalOfWrites,
    );
  const claimed = await owners(managedFields, resourceVersion);
  let applied: Applied | undefined;
  try {
    applied = await applyAgain(means, write, body);
    return applied;
  } finally {
    if (applied === undefined) await owners(before, claimed.metadata.resourceVersion ?? "");
  }
};

type Claim = (live: KubeObject) => NonNullable<ObjectMeta["managedFields"]> | undefined;

/** Under each claim in turn, until one helps: the owners are read anew, since they were written. */
const applyWithout = async (
  means: Means,
  write: ObjectWrite,
  body: KubeObject,
  first: KubeObject,
  claims: readonly Claim[],
): Promise<Applied | undefined> => {
  let live: KubeObject | undefined = first;
  let tried = false;
  for (const claim of claims) {
    const managedFields = live === undefined ? undefined : claim(live);
    if (live === undefined || managedFields === undefined) continue;
    const applied = await applyWith(means, write, body, live, managedFields);
    if (applied !== undefined) return applied;
    tried = true;
    live = await means.kube.getObject(write.ref, {}, means.signal);
  }
  return tried ? undefined : applyAgain(means, write, body);
};

/** So many plain values of nobody's are tried by themselves. */
const MOST_LOOSE = 8;

/** What the server lets an object become as a whole is not immutable, whatever refuses the apply. */
const mayBecome = async (means: Means, body: KubeObject, live: KubeObject): Promise<boolean> => {
  if (live.apiVersion !== body.apiVersion) return false;
  try {
    await means.kube.tryWhole({ live, object: body }, means.as, means.signal);
    return true;
  } catch (error) {
    if (!isApiError(error) || error.passing) throw error;
    return false;
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
export const resolveInvalid = async (
  means: Means,
  write: ObjectWrite,
  body: KubeObject,
  refusal: ApiError,
): Promise<InvalidUpdate> => {
  const live = await means.kube.getObject(write.ref, {}, means.signal);
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return { kind: "invalid" };
  const made = await mayBeMade(means, body, live);
  if (made.kind === "refused")
    return made.error === undefined ? { kind: "invalid" } : { kind: "not-made", error: made.error };
  if (made.kind === "unknown" && !isUnchangeable(refusal)) return { kind: "invalid" };
  const causes = refusal.causes.map(({ field }) => field);
  const beside = (at: KubeObject) => claimSiblings(body, at, causes, means.spec);
  const applied = await applyWithout(means, write, body, live, [
    (at) => claimDefaults(body, at), // what nobody has
    (at) => beside(at).managedFields, // what somebody chose instead
  ]);
  if (applied !== undefined) return { kind: "applied", applied, before: live };
  if (!(await mayBecome(means, body, live))) return { kind: "immutable" };
  const { kept, loose } = beside(live);
  if (kept.length === 0 && loose.length === 0) return { kind: "invalid" };
  if (kept.length > 0) return { kind: "held", kept };
  const { drift, onConflict } = means.spec;
  if (drift !== "correct" && onConflict !== "take")
    return { kind: "held", kept: loose.map((field) => ({ field, manager: "nobody" })) };
  // What nobody has, one by one: what does not stand in the way stays.
  const free = (plain: readonly string[]) => (at: KubeObject) =>
    claimSiblings(body, at, causes, means.spec, plain).managedFields;
  const tries = [...loose.slice(0, MOST_LOOSE).map((field) => [field]), ...(loose.length > 1 ? [loose] : [])];
  const now = await means.kube.getObject(write.ref, {}, means.signal); // its owners were written since
  const without = now === undefined ? undefined : await applyWithout(means, write, body, now, tries.map(free));
  return without === undefined ? { kind: "invalid" } : { kind: "applied", applied: without, before: live };
};
