import type { KubeObject } from "@evenkeel/resource";

import { degraded, healthy, progressing, suspended } from "./health.ts";
import type { Health } from "./health.ts";
import { asNumber, asObject, asText, conditionOf, specOf, statusOf } from "./read-status.ts";

const notSeen = progressing("NotObserved", "the controller has not looked at it yet");
const count = (object: KubeObject, field: string): number => asNumber(statusOf(object)[field], 0);
const isSeen = (object: KubeObject): boolean => statusOf(object)["observedGeneration"] !== undefined;

export const deploymentHealth = (object: KubeObject): Health => {
  const spec = specOf(object);
  const wanted = asNumber(spec["replicas"], 1);
  const progress = conditionOf(object, "Progressing");
  if (progress?.reason === "ProgressDeadlineExceeded") return degraded(progress.reason, progress.message);
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") return degraded(failure.reason, failure.message);
  if (spec["paused"] === true) return suspended("Paused", "the deployment is paused");
  if (!isSeen(object)) return notSeen;
  const updated = count(object, "updatedReplicas");
  const total = count(object, "replicas");
  const ready = count(object, "readyReplicas");
  const available = count(object, "availableReplicas");
  if (updated < wanted) return progressing("Updating", `${updated} of ${wanted} replicas updated`);
  if (total > updated) return progressing("OldReplicas", `${total - updated} old replicas are still there`);
  if (ready < wanted) return progressing("NotReady", `${ready} of ${wanted} replicas ready`);
  if (available < wanted) return progressing("NotAvailable", `${available} of ${wanted} replicas available`);
  const isAvailable = conditionOf(object, "Available");
  return isAvailable === undefined || isAvailable.status === "True"
    ? healthy
    : progressing(isAvailable.reason, isAvailable.message);
};

export const statefulSetHealth = (object: KubeObject): Health => {
  const spec = specOf(object);
  const status = statusOf(object);
  const wanted = asNumber(spec["replicas"], 1);
  const strategy = asObject(spec["updateStrategy"]);
  if (asText(strategy["type"]) === "OnDelete") return healthy;
  if (!isSeen(object)) return notSeen;
  const total = count(object, "replicas");
  const ready = count(object, "readyReplicas");
  const updated = count(object, "updatedReplicas");
  const partition = asNumber(asObject(strategy["rollingUpdate"])["partition"], 0);
  if (total < wanted) return progressing("Creating", `${total} of ${wanted} replicas created`);
  if (total > wanted) return progressing("Removing", `${total - wanted} replicas too many`);
  if (ready < wanted) return progressing("NotReady", `${ready} of ${wanted} replicas ready`);
  if (partition > 0) {
    const expected = Math.max(0, wanted - partition);
    return updated < expected ? progressing("Updating", `${updated} of ${expected} replicas updated`) : healthy;
  }
  return asText(status["currentRevision"]) === asText(status["updateRevision"])
    ? healthy
    : progressing("Updating", `${updated} of ${wanted} replicas updated`);
};

export const daemonSetHealth = (object: KubeObject): Health => {
  if (asText(asObject(specOf(object)["updateStrategy"])["type"]) === "OnDelete") return healthy;
  if (!isSeen(object)) return notSeen;
  const wanted = count(object, "desiredNumberScheduled");
  const updated = count(object, "updatedNumberScheduled");
  const available = count(object, "numberAvailable");
  if (updated < wanted) return progressing("Updating", `${updated} of ${wanted} pods updated`);
  if (available < wanted) return progressing("NotAvailable", `${available} of ${wanted} pods available`);
  return healthy;
};

export const replicaSetHealth = (object: KubeObject): Health => {
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") return degraded(failure.reason, failure.message);
  if (!isSeen(object)) return notSeen;
  const wanted = asNumber(specOf(object)["replicas"], 1);
  const available = count(object, "availableReplicas");
  return available < wanted ? progressing("NotAvailable", `${available} of ${wanted} replicas available`) : healthy;
};

/** The status of the condition counts, not only its being there. */
export const jobHealth = (object: KubeObject): Health => {
  const failed = conditionOf(object, "Failed");
  if (failed?.status === "True") return degraded(failed.reason, failed.message);
  if (conditionOf(object, "Complete")?.status === "True") return healthy;
  if (specOf(object)["suspend"] === true) return suspended("Suspended", "the job is suspended");
  return progressing("Running", `${count(object, "succeeded")} succeeded, ${count(object, "failed")} failed`);
};
