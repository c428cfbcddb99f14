import type { LiveObject, ValueMap } from "../json.ts";
import { withCondition, withoutCondition } from "./conditions.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { byDispensability, countPods, isActive, isEnding } from "./pods.ts";
import { podFrom } from "./template.ts";
import { timeText } from "./view.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, mapsAt, textAt, numberAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

const BURST = 500;

const statusOf = (set: LiveObject, pods: readonly LiveObject[], view: View): { status: ValueMap; nextMs?: number } => {
  const active = pods.filter(isActive);
  const labels = Object.entries(stringsAt(mapIn(set, "spec", "template", "metadata"), "labels"));
  const counts = countPods(set, active, view.nowMs);
  const before = mapsAt(mapAt(set, "status"), "conditions");
  const conditions =
    view.refusal === undefined
      ? withoutCondition(before, "ReplicaFailure")
      : withCondition(
          before,
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: view.refusal },
          timeText(view.nowMs),
        );
  const full = active.filter((pod) => labels.every(([key, value]) => stringsAt(pod.metadata, "labels")[key] === value));
  return {
    status: {
      replicas: active.length,
      ...(full.length === 0 ? {} : { fullyLabeledReplicas: full.length }),
      ...(counts.ready === 0 ? {} : { readyReplicas: counts.ready }),
      ...(counts.available === 0 ? {} : { availableReplicas: counts.available }),
      terminatingReplicas: pods.filter(isEnding).length,
      observedGeneration: numberAt(set.metadata, "generation") ?? 0,
      ...(conditions.length === 0 ? {} : { conditions }),
    },
    ...(counts.nextMs === undefined ? {} : { nextMs: counts.nextMs }),
  };
};

/** As many pods as are wanted, and the counts of those there are. */
export const decideReplicaSet = (set: LiveObject, pods: readonly LiveObject[], view: View): Decision => {
  const { nextMs, status } = statusOf(set, pods, view);
  const writes: Write[] = [];
  if (!sameMeaning(status, mapAt(set, "status")))
    writes.push(replace(resources.replicaSets, { ...set, status }, "status"));
  if (isEnding(set)) return { writes };
  const active = pods.filter(isActive);
  const missing = (numberAt(mapAt(set, "spec"), "replicas") ?? 1) - active.length;
  const namespace = textAt(set.metadata, "namespace");
  const named = { generateName: `${textAt(set.metadata, "name")}-` };
  for (let made = 0; made < Math.min(missing, BURST); made += 1) {
    writes.push(create(resources.pods, namespace, podFrom(set, named, {})));
  }
  const spare = active.toSorted(byDispensability).slice(0, Math.max(0, -missing));
  writes.push(...spare.map((pod) => remove(resources.pods, pod)));
  return { writes, ...(nextMs === undefined ? {} : { againMs: nextMs }) };
};
