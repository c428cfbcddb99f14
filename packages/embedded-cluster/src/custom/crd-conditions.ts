import { copyOf, type LiveObject } from "../json.ts";
import { conditionOf, isTrue, specOf } from "./crd-document.ts";
import { mapAt, mapsAt, textsAt } from "../reading.ts";
import { sameJson } from "../equal.ts";

export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

interface CrdCondition {
  readonly type: "NamesAccepted" | "Established" | "Terminating";
  readonly status: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
}

/** The manager and endpoint of all that the server's controllers write of a CRD. */
export const CRD_CONTROLLER = { manager: "kube-apiserver", subresource: "status" } as const;

/**
 * What the server's own controllers do next with a CRD. `update`: this object is written through the status endpoint as
 * CRD_CONTROLLER. `deleteInstances`: its objects are to be deleted, and this step asked for again when none is left.
 * `release`: it is removed from the store; the deletion's event carries its state as stored.
 */
export type CrdStep =
  | { readonly kind: "update"; readonly crd: LiveObject }
  | { readonly kind: "deleteInstances" }
  | { readonly kind: "release" };

/** Sets a condition in place; its time changes only with its status. */
const setCondition = (crd: LiveObject, condition: CrdCondition, now: string): void => {
  const status = mapAt(crd, "status");
  const conditions = mapsAt(status, "conditions").map((each) => ({ ...each }));
  const known = conditions.find(({ type }) => type === condition.type);
  const { type, ...told } = condition;
  const lastTransitionTime = known?.["status"] === condition.status ? (known["lastTransitionTime"] ?? now) : now;
  if (known === undefined)
    conditions.push({ type, status: told.status, lastTransitionTime, reason: told.reason, message: told.message });
  else Object.assign(known, told, { lastTransitionTime });
  crd["status"] = { ...status, conditions };
};

const tells = (crd: LiveObject, { type, status, reason, message }: CrdCondition): boolean => {
  const known = conditionOf(crd, type);
  return known?.["status"] === status && known["reason"] === reason && known["message"] === message;
};

const updated = (crd: LiveObject, change: (copy: LiveObject) => void): CrdStep => {
  const copy = copyOf(crd);
  change(copy);
  return { kind: "update", crd: copy };
};

const accepted: CrdCondition = {
  type: "NamesAccepted",
  status: "True",
  reason: "NoConflicts",
  message: "no conflicts found",
};

const established: CrdCondition = {
  type: "Established",
  status: "True",
  reason: "InitialNamesAccepted",
  message: "the initial names have been accepted",
};

const terminating = (reason: string, message: string): CrdCondition => ({
  type: "Terminating",
  status: "True",
  reason,
  message,
});

const inProgress = terminating("InstanceDeletionInProgress", "CustomResource deletion is in progress");

/** A deletion's first half, in place, without field management: the object is answered as it then is. Nothing to do when being deleted already. */
export const beginCrdDeletion = (crd: LiveObject, now: string): void => {
  crd.metadata["deletionTimestamp"] = now;
  const finalizers = textsAt(crd.metadata, "finalizers");
  if (!finalizers.includes(CLEANUP_FINALIZER)) crd.metadata["finalizers"] = [...finalizers, CLEANUP_FINALIZER];
  const marked = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";
  setCondition(crd, terminating("InstanceDeletionPending", marked), now);
};

/** How the cleanup ends where other finalizers keep the CRD. */
const cleanedUp = (crd: LiveObject, now: string): CrdStep =>
  updated(crd, (copy) => {
    const ended = terminating("InstanceDeletionCompleted", "removed all instances");
    setCondition(copy, { ...ended, status: "False" }, now);
    const others = textsAt(copy.metadata, "finalizers").filter((name) => name !== CLEANUP_FINALIZER);
    if (others.length > 0) copy.metadata["finalizers"] = [...others];
    else delete copy.metadata["finalizers"];
  });

const nextOfDeletion = (crd: LiveObject, now: string, hasInstances: boolean): CrdStep | undefined => {
  const finalizers = textsAt(crd.metadata, "finalizers");
  if (!finalizers.includes(CLEANUP_FINALIZER)) return undefined;
  if (!tells(crd, inProgress)) return updated(crd, (copy) => setCondition(copy, inProgress, now));
  if (hasInstances && isTrue(crd, "Established")) return { kind: "deleteInstances" };
  return finalizers.length === 1 ? { kind: "release" } : cleanedUp(crd, now);
};

/** Every definition gets the names it asks for. */
const namesStep = (crd: LiveObject, now: string): CrdStep | undefined => {
  const { names = null } = specOf(crd);
  if (sameJson(names, mapAt(crd, "status")?.["acceptedNames"])) return undefined;
  return updated(crd, (copy) => {
    copy["status"] = { ...mapAt(copy, "status"), acceptedNames: copyOf(names) };
    setCondition(copy, accepted, now);
    if (!isTrue(crd, "Established")) setCondition(copy, { ...established, status: "False", reason: "Installing" }, now);
  });
};

/** The next step of the server's controllers for a CRD, undefined when it is at rest. */
export const nextCrdStep = (crd: LiveObject, now: string, hasInstances: boolean): CrdStep | undefined => {
  if (typeof crd.metadata["deletionTimestamp"] === "string") return nextOfDeletion(crd, now, hasInstances);
  const naming = namesStep(crd, now);
  if (naming !== undefined || isTrue(crd, "Established")) return naming;
  return updated(crd, (copy) => setCondition(copy, established, now));
};
