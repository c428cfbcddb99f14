import type { JsonObject, KubeObject } from "@evenkeel/resource";

import { degraded, healthy, progressing, progressingFor } from "./health.ts";
import type { Health } from "./health.ts";
import { ageMs, asList, asObject, asText, conditionOf, specOf, statusOf } from "./read-status.ts";
import type { Times } from "./read-status.ts";

/** A scheduler that has no node within this time is not just slow. */
const UNSCHEDULABLE_MS = 15_000;
const TERMINAL_WAIT = /^(?:ErrImage|CrashLoopBackOff$|ImagePullBackOff$|InvalidImageName$|CreateContainerConfigError$)/;

const waitingReason = (container: JsonObject): { readonly reason: string; readonly message: string } | undefined => {
  const waiting = asObject(asObject(container["state"])["waiting"]);
  const reason = asText(waiting["reason"]);
  return TERMINAL_WAIT.test(reason) ? { reason, message: asText(waiting["message"]) } : undefined;
};

export const podHealth = (object: KubeObject, times: Times): Health => {
  const status = statusOf(object);
  const phase = asText(status["phase"]);
  const containers = [...asList(status["initContainerStatuses"]), ...asList(status["containerStatuses"])].map(asObject);
  for (const container of containers) {
    const waiting = waitingReason(container);
    if (waiting !== undefined) return degraded(waiting.reason, `${asText(container["name"])}: ${waiting.message}`);
  }
  if (phase === "Failed") return degraded(asText(status["reason"]) || "Failed", asText(status["message"]));
  if (phase === "Succeeded") return healthy;
  const scheduled = conditionOf(object, "PodScheduled");
  if (scheduled?.status === "False" && scheduled.reason === "Unschedulable") {
    const age = ageMs(scheduled.lastTransitionTime, times);
    if (age >= UNSCHEDULABLE_MS) return degraded(scheduled.reason, scheduled.message);
    return progressingFor(age, UNSCHEDULABLE_MS, scheduled.reason, scheduled.message);
  }
  if (phase === "Running") {
    if (conditionOf(object, "Ready")?.status === "True") return healthy;
    const runsOnce = asText(specOf(object)["restartPolicy"]) !== "Always"; // such a pod is done when it ends, never ready
    return progressing(
      runsOnce ? "Running" : "NotReady",
      runsOnce ? "the pod runs to its end" : "the pod is not ready",
    );
  }
  return progressing(phase === "" ? "NotObserved" : phase, "the pod has not started");
};
