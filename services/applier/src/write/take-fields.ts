import { isDeepStrictEqual } from "node:util";

import {
  claimLeft,
  claimWhole,
  holdEqual,
  keptByOthers,
  mayLeaveFields,
  ruledPaths,
  toApplyBody,
  withoutPaths,
} from "@evenkeel/apply";
import type { KeptField } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { Applied } from "@evenkeel/kube";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { Means } from "./means.ts";
import { readOnce } from "./reading.ts";
import type { Reading } from "./reading.ts";
import { wasOurs } from "./means.ts";
import type { ObjectWrite, Previous } from "./write-object.ts";

/** What Git says of an object, and what it said when the object was last written. */
export interface Statements {
  readonly desired: KubeObject;
  /** Undefined where that is not known: at adoption, and after a write that failed. */
  readonly before: KubeObject | undefined;
}

const ignoredOf = (means: Means, { ref }: ObjectWrite) => ruledPaths(means.spec.ignore, ref);

/** Both as they are sent; what rules leave to others was never declared. Undefined where nothing can have left Git. */
export const statementsOf = async (
  means: Means,
  write: ObjectWrite,
  previous: Previous,
): Promise<Statements | undefined> => {
  if (write.uid === "") return undefined;
  const stamp = means.stamp;
  const desired = toApplyBody(write.object, stamp);
  const sent = (await sentBefore(means, previous)).get(formatRef(write.ref));
  const applied = means.items.get(formatRef(write.ref))?.record?.desired;
  if (sent === undefined || sent.digest !== applied) return { desired, before: undefined };
  const before = toApplyBody(withoutPaths(sent.object, ignoredOf(means, write)), stamp);
  const mayMatter =
    write.takes === true ||
    mayLeaveFields(before as JsonObject, desired as JsonObject) ||
    (holdsEqual(means, write) && mayLeaveFields(desired as JsonObject, before as JsonObject));
  return mayMatter ? { desired, before } : undefined;
};

/** Whether what others had before Git named it stays theirs: not what comes with an object that is adopted. */
const holdsEqual = (means: Means, { ref, takes }: ObjectWrite): boolean =>
  means.spec.onConflict === "hold" && takes !== true && wasOurs(means, ref);

/** What was sent before may be swept, damaged or out of reach: then our own entry has to do, which knows less. */
const sentBefore = async (means: Means, previous: Previous): ReturnType<Previous> => {
  try {
    return await previous();
  } catch (error) {
    const { app, cluster } = means.unit;
    means.log.debug("what was applied before cannot be read", { app, cluster, error });
    return new Map();
  }
};

/** The object before fields changed hands, and who owns what since. */
export interface Taken {
  readonly before: KubeObject;
  readonly after: readonly JsonObject[];
}

const changedHands = (means: Means, write: ObjectWrite, { desired, before }: Statements, live: KubeObject) => {
  const held = holdsEqual(means, write) ? holdEqual(before, desired, live) : undefined;
  const seen = held === undefined ? live : { ...live, metadata: { ...live.metadata, managedFields: held } };
  return claimLeft(before, desired, seen, ignoredOf(means, write), means.spec.onConflict) ?? held;
};

/** Makes ours what the next apply is to take out, of this very object in this state; undefined where that is nothing. Throws ApiError. */
const takeFrom = async (
  means: Means,
  write: ObjectWrite,
  statements: Statements,
  live: KubeObject | undefined,
): Promise<Taken | undefined> => {
  const { desired } = statements;
  const { resourceVersion, deletionTimestamp, uid } = live?.metadata ?? {};
  if (live === undefined || resourceVersion === undefined || deletionTimestamp !== undefined || uid !== write.uid)
    return undefined;
  const managedFields =
    write.takes === true
      ? claimWhole(desired, live, ignoredOf(means, write))
      : changedHands(means, write, statements, live);
  if (managedFields === undefined) return undefined;
  const change = { managedFields, resourceVersion };
  const { metadata } = await means.kube.writeManagedFields(write.ref, change, means.as, means.signalOfWrites);
  return { before: live, after: metadata.managedFields ?? [] };
};

/** Somebody who writes all the time must not keep us from it. */
const TRIES = 8;

/** The same of what is live, read as often as it changes meanwhile. Throws ApiError. */
export const takeFields = async (
  means: Means,
  write: ObjectWrite,
  statements: Statements | undefined,
  first: Reading,
): Promise<Taken | undefined> => {
  if (statements === undefined) return undefined;
  let reading = first;
  for (let tries = 1; ; tries += 1) {
    try {
      return await takeFrom(means, write, statements, await reading());
    } catch (error) {
      if (!isApiError(error, "STALE") || tries >= TRIES) throw error;
      reading = readOnce(means, write.ref);
    }
  }
};

/** An object that could not be taken over stays its managers', unless somebody has written it since. */
export const giveBackFields = async (means: Means, { ref }: ObjectWrite, taken: Taken): Promise<void> => {
  try {
    const live = await means.kube.getObject(ref, {}, means.signal);
    const { managedFields = [], resourceVersion = "" } = live?.metadata ?? {};
    if (!isDeepStrictEqual(managedFields, taken.after)) return;
    const change = { managedFields: taken.before.metadata.managedFields ?? [], resourceVersion };
    await means.kube.writeManagedFields(ref, change, means.as, means.signalOfWrites);
  } catch (error) {
    if (!isApiError(error)) throw error;
    means.log.warn("fields of an object that was not taken over stay ours", {
      object: formatRef(ref),
      error,
    });
  }
};

/**
 * Applies an object after what left Git, or what is taken over with it, was made ours: an apply takes out only that. An
 * object without owners gets one by its first apply, for all that was there: then it is applied twice. Throws ApiError.
 */
export const applyTaken = async (
  means: Means,
  write: ObjectWrite,
  body: KubeObject,
  statements: Statements | undefined,
): Promise<Applied> => {
  const object = write.uid === "" ? body : { ...body, metadata: { ...body.metadata, uid: write.uid } };
  const options = { object, force: write.force, dryRun: false, ...means.as };
  const apply = (): Promise<Applied> => means.kube.serverSideApply(options, means.signalOfWrites);
  const applied = await apply();
  if (statements === undefined) return applied;
  return (await takeFrom(means, write, statements, applied.object)) === undefined ? applied : apply();
};

/** What left Git and is live after the apply. */
export const keptAfter = (statements: Statements | undefined, live: KubeObject): readonly KeptField[] =>
  statements?.before === undefined ? [] : keptByOthers(statements.before, statements.desired, live);
