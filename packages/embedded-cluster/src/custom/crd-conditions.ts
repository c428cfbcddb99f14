import { copyOf, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { acceptNames } from "./accept-names.ts";
import { acceptedNamesOf, conditionOf, isTrue, specOf } from "./crd-document.ts";
import { mapAt, mapsAt, textsAt } from "../reading.ts";
import { sameJson } from "../equal.ts";

export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

export interface CrdCondition {
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
    const ended = isTrue(crd, "Established")
      ? { reason: "InstanceDeletionCompleted", message: "removed all instances" }
      : { reason: "NeverEstablished", message: "resource was never established" };
    setCondition(copy, { type: "Terminating", status: "False", ...ended }, now);
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

const namesStep = (crd: LiveObject, all: readonly LiveObject[], now: string): CrdStep | undefined => {
  const { names, condition } = acceptNames(crd, all);
  if (sameJson(specOf(crd)["names"], mapAt(crd, "status")?.["acceptedNames"])) return undefined;
  if (sameJson(names, mapAt(crd, "status")?.["acceptedNames"]) && tells(crd, condition)) return undefined;
  return updated(crd, (copy) => {
    copy["status"] = { ...mapAt(copy, "status"), acceptedNames: names as ValueMap as Value };
    setCondition(copy, condition, now);
    const isNew = !isTrue(crd, "Established");
    if (isNew && condition.status === "True")
      setCondition(copy, { ...established, status: "False", reason: "Installing" }, now);
    else if (conditionOf(crd, "Established") === undefined)
      setCondition(
        copy,
        { type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" },
        now,
      );
  });
};

/**
 * The next step of the server's controllers for a CRD, undefined when it is at rest. `all` are the CRDs of its group, itself
 * included: names that one lets go may serve another, so that each update asks for the steps of all others again.
 */
export const nextCrdStep = (
  crd: LiveObject,
  all: readonly LiveObject[],
  now: string,
  hasInstances: boolean,
): CrdStep | undefined => {
  if (typeof crd.metadata["deletionTimestamp"] === "string") return nextOfDeletion(crd, now, hasInstances);
  const naming = namesStep(crd, all, now);
  if (naming !== undefined) return naming;
  const isDue = isTrue(crd, "NamesAccepted") && !isTrue(crd, "Established");
  return isDue && acceptedNamesOf(crd).plural !== ""
    ? updated(crd, (copy) => setCondition(copy, established, now))
    : undefined;
};
