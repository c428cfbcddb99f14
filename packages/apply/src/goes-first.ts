import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason } from "@evenkeel/words";

import { isConfig, isCrd, isWebhook, isWorkload } from "./order.ts";
import type { PruneCondition } from "./prune-proof.ts";

/** Groups that an API server has by itself: what is in them is ended by Kubernetes, whatever else is deleted. */
const BUILT_IN_GROUPS: ReadonlySet<string> = new Set([
  "",
  "apps",
  "autoscaling",
  "batch",
  "extensions",
  "policy",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** Finalizers that Kubernetes takes off: `kubernetes`, `foregroundDeletion`, `kubernetes.io/pvc-protection` and so on. */
const OF_KUBERNETES = /^(kubernetes|orphan|foregroundDeletion)$|^([^/]+\.)?(kubernetes|k8s)\.io\//;

/** What an operator is made of. */
const isPartOfOperator = (ref: ObjectRef): boolean =>
  isWorkload(ref) ||
  isConfig(ref) ||
  isWebhook(ref) ||
  isCrd(ref) ||
  ref.kind === "Namespace" ||
  ref.group === "apiregistration.k8s.io";

/**
 * Whether an object is ended by an operator that may be deleted with it, so that it must be gone before: every custom
 * resource, and whatever else bears a finalizer that is not one of Kubernetes (an Ingress of a load balancer's controller).
 */
export const goesFirst = (ref: ObjectRef, live: KubeObject | undefined): boolean =>
  !BUILT_IN_GROUPS.has(ref.group) ||
  (!isPartOfOperator(ref) && (live?.metadata.finalizers ?? []).some((finalizer) => !OF_KUBERNETES.test(finalizer)));

/** Conditions that may come to hold by themselves or by an Approval: the object goes then, and its operator is needed. */
const TO_COME: readonly PruneCondition["id"][] = [
  "prune.applied",
  "prune.discovered",
  "prune.not-elsewhere",
  "prune.budget",
  "prune.grace",
  "prune.approved",
];

/** Whether an object that may not be deleted yet will be. */
export const willGo = (condition: PruneCondition["id"]): boolean => TO_COME.includes(condition);

/** Why an object is not deleted while others of its removal are there that go first. */
export const waitsForFirst = (ref: ObjectRef, first: readonly ObjectRef[]): Reason => {
  const [next] = first;
  const name = next === undefined ? "" : describeRef(next);
  const more = first.length > 1 ? ` and ${first.length - 1} more` : "";
  return {
    code: "DeleteStuck",
    message: `${describeRef(ref)} is kept until ${name}${more} is gone, which it may be needed to end`,
    remedy: `see what keeps ${name}; this is deleted once that is gone`,
  };
};
