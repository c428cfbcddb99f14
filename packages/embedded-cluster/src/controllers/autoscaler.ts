import type { LiveObject, ValueMap } from "../json.ts";
import { withCondition } from "./conditions.ts";
import { pathOf, replace, resources } from "./decision.ts";
import type { Decision, Resource, Write } from "./decision.ts";
import { isEnding } from "./pods.ts";
import { wantedOf } from "./rollout.ts";
import { timeText } from "./view.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, mapsAt, textAt, numberAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

/** There are no metrics: whoever wants another size writes it here, and it is held within the limits. */
export const DESIRED_REPLICAS = "embedded.evenkeel.dev/desired-replicas";

const TARGETS: Readonly<Record<string, Resource>> = {
  "apps/v1/Deployment": resources.deployments,
  "apps/v1/StatefulSet": resources.statefulSets,
  "apps/v1/ReplicaSet": resources.replicaSets,
};

const missing = {
  status: "False",
  reason: "FailedGetScale",
  message: "the HPA controller was unable to get the target's current scale",
} as const;
const found = {
  status: "True",
  reason: "SucceededGetScale",
  message: "the HPA controller was able to get the target's current scale",
} as const;

/** Scales its target by `/scale` to what is desired, within minReplicas and maxReplicas. */
export const decideAutoscaler = (autoscaler: LiveObject, view: View): Decision => {
  if (isEnding(autoscaler)) return { writes: [] };
  const spec = mapAt(autoscaler, "spec");
  const reference = mapIn(autoscaler, "spec", "scaleTargetRef");
  const resource = TARGETS[`${textAt(reference, "apiVersion")}/${textAt(reference, "kind")}`];
  const namespace = textAt(autoscaler.metadata, "namespace");
  const target = resource === undefined ? undefined : view.read(resource, namespace, textAt(reference, "name"));
  const current = target === undefined ? 0 : wantedOf(target);
  const asked = Number(stringsAt(autoscaler.metadata, "annotations")[DESIRED_REPLICAS] ?? current) || current;
  const desired = Math.min(
    numberAt(spec, "maxReplicas") ?? current,
    Math.max(numberAt(spec, "minReplicas") ?? 1, asked),
  );
  const writes: Write[] = [];
  // A target at 0 is switched off: nothing scales it.
  if (resource !== undefined && target !== undefined && current !== 0 && desired !== current) {
    const path = pathOf(resource, namespace, textAt(reference, "name"), "scale");
    writes.push({ method: "PATCH", path, body: { spec: { replicas: desired } } });
  }
  const before = mapAt(autoscaler, "status");
  const condition = { type: "AbleToScale", ...(target === undefined ? missing : found) };
  const status: ValueMap = {
    ...before,
    observedGeneration: numberAt(autoscaler.metadata, "generation") ?? 0,
    currentReplicas: current,
    desiredReplicas: target === undefined || current === 0 ? 0 : desired,
    conditions: withCondition(mapsAt(before, "conditions"), condition, timeText(view.nowMs)),
  };
  if (!sameMeaning(status, before)) writes.push(replace(resources.autoscalers, { ...autoscaler, status }, "status"));
  return { writes };
};
