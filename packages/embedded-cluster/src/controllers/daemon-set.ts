import type { LiveObject, ValueMap } from "../json.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { countPods, isActive, isEnding } from "./pods.ts";
import { REVISION_HASH, revisionOf } from "./revisions.ts";
import { podFrom } from "./template.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, textAt, numberAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

const GENERATION = "deprecated.daemonset.template.generation";

/** One pod on the one node, replaced when the template has changed. */
export const decideDaemonSet = (
  set: LiveObject,
  pods: readonly LiveObject[],
  known: readonly LiveObject[],
  view: View,
): Decision => {
  if (isEnding(set)) return { writes: [] };
  const labelOf = (pod: LiveObject): string => stringsAt(pod.metadata, "labels")[REVISION_HASH] ?? "";
  const used = new Set(pods.map((pod) => `${textAt(set.metadata, "name")}-${labelOf(pod)}`));
  const { hash, writes: revisionWrites } = revisionOf(set, known, used);
  const active = pods.filter(isActive);
  const updated = active.filter((pod) => labelOf(pod) === hash);
  const writes: Write[] = [...revisionWrites];
  if (pods.length === 0) {
    const generation = stringsAt(set.metadata, "annotations")[GENERATION] ?? "1";
    const labels = { [REVISION_HASH]: hash, "pod-template-generation": generation };
    const named = { generateName: `${textAt(set.metadata, "name")}-` };
    writes.push(create(resources.pods, textAt(set.metadata, "namespace"), podFrom(set, named, labels)));
  } else if (textAt(mapIn(set, "spec", "updateStrategy"), "type") !== "OnDelete") {
    const old = active.filter((pod) => labelOf(pod) !== hash);
    writes.push(...[...old, ...updated.slice(1)].map((pod) => remove(resources.pods, pod)));
  }
  const ended = pods.filter((pod) => !isActive(pod) && !isEnding(pod));
  writes.push(...ended.map((pod) => remove(resources.pods, pod)));
  const counts = countPods(set, active, view.nowMs);
  const status: ValueMap = {
    currentNumberScheduled: Math.min(1, active.length),
    numberMisscheduled: 0,
    desiredNumberScheduled: 1,
    numberReady: counts.ready,
    observedGeneration: numberAt(set.metadata, "generation") ?? 0,
    ...(updated.length === 0 ? {} : { updatedNumberScheduled: 1 }),
    ...(counts.available === 0 ? { numberUnavailable: 1 } : { numberAvailable: 1 }),
  };
  if (!sameMeaning(status, mapAt(set, "status")))
    writes.push(replace(resources.daemonSets, { ...set, status }, "status"));
  return { writes, ...(counts.nextMs === undefined ? {} : { againMs: counts.nextMs }) };
};
