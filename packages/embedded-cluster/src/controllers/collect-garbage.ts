import type { LiveObject, ValueMap } from "../json.ts";
import { mergePatch, remove } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { isEnding } from "./pods.ts";
import { mapsAt, textsAt, textAt, boolAt } from "../reading.ts";

/** An object that owns or is owned, with the plural under which it is served. */
export interface Held {
  readonly plural: string;
  readonly object: LiveObject;
}

/** What the collector knows of an object's surroundings. */
export interface Surroundings {
  /** The object with this uid, if it is there. */
  readonly find: (uid: string) => Held | undefined;
  readonly dependents: (uid: string) => readonly Held[];
}

const FOREGROUND = "foregroundDeletion";
const ORPHAN = "orphan";

const uidOf = (object: LiveObject): string => textAt(object.metadata, "uid");
const finalizersOf = (object: LiveObject): readonly string[] => textsAt(object.metadata, "finalizers");
export const ownersOf = (object: LiveObject): readonly ValueMap[] => mapsAt(object.metadata, "ownerReferences");
const resourceOf = ({ object, plural }: Held) => ({ apiVersion: object.apiVersion, plural });

const patched = (held: Held, metadata: ValueMap): Write =>
  mergePatch(resourceOf(held), held.object, {
    metadata: {
      uid: uidOf(held.object),
      resourceVersion: textAt(held.object.metadata, "resourceVersion"),
      ...metadata,
    },
  });

const withoutOwners = (held: Held, gone: (uid: string) => boolean): Write => {
  const kept = ownersOf(held.object).filter((owner) => !gone(textAt(owner, "uid")));
  return patched(held, { ownerReferences: kept.length === 0 ? null : [...kept] });
};

const withoutFinalizer = (held: Held, name: string): Write => {
  const kept = finalizersOf(held.object).filter((finalizer) => finalizer !== name);
  return patched(held, { finalizers: kept.length === 0 ? null : kept });
};

/** Waits for its dependents to go first. */
const isForeground = (object: LiveObject): boolean => isEnding(object) && finalizersOf(object).includes(FOREGROUND);

const orphanDependents = (owner: Held, around: Surroundings): Decision => {
  const uid = uidOf(owner.object);
  const dependents = around.dependents(uid);
  const releases = dependents.map((dependent) => withoutOwners(dependent, (each) => each === uid));
  return { writes: [...releases, withoutFinalizer(owner, ORPHAN)] };
};

const deleteDependentsFirst = (owner: Held, around: Surroundings): Decision => {
  const uid = uidOf(owner.object);
  const dependents = around.dependents(uid);
  const isBlocking = ({ object }: Held): boolean =>
    ownersOf(object).some((reference) => textAt(reference, "uid") === uid && boolAt(reference, "blockOwnerDeletion"));
  if (!dependents.some(isBlocking)) return { writes: [withoutFinalizer(owner, FOREGROUND)] };
  return { writes: dependents.flatMap((dependent) => decideDependent(dependent, around).writes) };
};

/** What happens to an object by the state of its owners. */
const decideDependent = (held: Held, around: Surroundings): Decision => {
  const owners = ownersOf(held.object);
  if (owners.length === 0 || isEnding(held.object)) return { writes: [] };
  const uids = owners.map((owner) => textAt(owner, "uid"));
  const isGone = (uid: string): boolean => around.find(uid) === undefined;
  const isWaiting = (uid: string): boolean => {
    const owner = around.find(uid);
    return owner !== undefined && isForeground(owner.object);
  };
  const solid = uids.filter((uid) => !isGone(uid) && !isWaiting(uid));
  if (solid.length > 0) {
    const lost = uids.filter((uid) => !solid.includes(uid));
    return { writes: lost.length === 0 ? [] : [withoutOwners(held, (uid) => lost.includes(uid))] };
  }
  const hasDependents = around.dependents(uidOf(held.object)).length > 0;
  const propagationPolicy = uids.some(isWaiting) && hasDependents ? "Foreground" : policyOf(held.object);
  return { writes: [remove(resourceOf(held), held.object, { propagationPolicy })] };
};

const policyOf = (object: LiveObject): string => {
  const finalizers = finalizersOf(object);
  if (finalizers.includes(ORPHAN)) return "Orphan";
  return finalizers.includes(FOREGROUND) ? "Foreground" : "Background";
};

/** One look at an object, as owner that ends and as dependent. */
export const decideGarbage = (held: Held, around: Surroundings): Decision => {
  if (isEnding(held.object)) {
    const finalizers = finalizersOf(held.object);
    if (finalizers.includes(ORPHAN)) return orphanDependents(held, around);
    if (finalizers.includes(FOREGROUND)) return deleteDependentsFirst(held, around);
    return { writes: [] };
  }
  return decideDependent(held, around);
};
