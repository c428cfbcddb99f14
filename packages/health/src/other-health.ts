import type { KubeObject } from "@evenkeel/resource";

import { degraded, healthy, progressing } from "./health.ts";
import type { Health } from "./health.ts";
import { asList, asObject, asText, conditionOf, conditionsOf, specOf, statusOf } from "./read-status.ts";

export const alwaysHealthy = (): Health => healthy;

export const claimHealth = (object: KubeObject): Health => {
  const phase = asText(statusOf(object)["phase"]);
  if (phase === "Bound") return healthy;
  if (phase === "Lost") return degraded("Lost", "its volume is lost");
  // Until a pod uses it a claim may rightly wait; the scheduler writes the node once one does.
  const isIdle =
    object.metadata.annotations?.["volume.kubernetes.io/selected-node"] === undefined && phase === "Pending";
  return isIdle ? { ...healthy, reason: "Idle", message: "waits for its first consumer" } : progressing("Pending", "");
};

export const serviceHealth = (object: KubeObject): Health => {
  if (asText(specOf(object)["type"]) !== "LoadBalancer") return healthy;
  const ingress = asList(asObject(statusOf(object)["loadBalancer"])["ingress"]);
  return ingress.length > 0 ? healthy : progressing("NoAddress", "the load balancer has no address yet");
};

export const definitionHealth = (object: KubeObject): Health => {
  const names = conditionOf(object, "NamesAccepted");
  if (names?.status === "False") return degraded(names.reason, names.message);
  return conditionOf(object, "Established")?.status === "True"
    ? healthy
    : progressing("NotEstablished", "the kind is not served yet");
};

export const apiServiceHealth = (object: KubeObject): Health => {
  const available = conditionOf(object, "Available");
  if (available?.status === "True") return healthy;
  return progressing(available?.reason ?? "NotObserved", available?.message ?? "");
};

const AUTOSCALER_FAILURES = /^(?:Failed|Invalid|SelectorRequired|AmbiguousSelector)/;

export const autoscalerHealth = (object: KubeObject): Health => {
  const failing = conditionsOf(object).find(
    (condition) =>
      (condition.type === "AbleToScale" || condition.type === "ScalingActive") &&
      condition.status === "False" &&
      AUTOSCALER_FAILURES.test(condition.reason),
  );
  if (failing !== undefined) return degraded(failing.reason, failing.message);
  return conditionsOf(object).length === 0
    ? progressing("NotObserved", "the controller has not looked at it yet")
    : healthy;
};

export const namespaceHealth = (object: KubeObject): Health =>
  asText(statusOf(object)["phase"]) === "Terminating" ? progressing("Terminating", "deletion in progress") : healthy;
