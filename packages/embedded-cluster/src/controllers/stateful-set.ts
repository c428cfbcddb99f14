import { copyOf, isMap } from "../json.ts";
import type { LiveObject, ValueMap } from "../json.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { countPods, isEnding, isReady, phaseOf } from "./pods.ts";
import { REVISION_HASH, revisionOf } from "./revisions.ts";
import { wantedOf } from "./rollout.ts";
import { podFrom } from "./template.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, ensureMap, mapsAt, textAt, numberAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";

const nameOf = (object: LiveObject): string => textAt(object.metadata, "name");
const ordinalOf = (pod: LiveObject): number => Number(nameOf(pod).split("-").at(-1));
const revisionLabel = (pod: LiveObject): string => stringsAt(pod.metadata, "labels")[REVISION_HASH] ?? "";
const partitionOf = (set: LiveObject): number =>
  numberAt(mapIn(set, "spec", "updateStrategy", "rollingUpdate"), "partition") ?? 0;
const startOf = (set: LiveObject): number => numberAt(mapIn(set, "spec", "ordinals"), "start") ?? 0;

const claimsOf = (set: LiveObject, ordinal: number): readonly { readonly name: string; readonly claim: ValueMap }[] =>
  mapsAt(mapAt(set, "spec"), "volumeClaimTemplates").map((template) => ({
    name: textAt(mapAt(template, "metadata"), "name"),
    claim: {
      metadata: {
        name: `${textAt(mapAt(template, "metadata"), "name")}-${nameOf(set)}-${ordinal}`,
        labels: { ...stringsAt(mapIn(set, "spec", "selector"), "matchLabels") },
      },
      spec: copyOf(mapAt(template, "spec") ?? {}),
    },
  }));

const newPod = (set: LiveObject, ordinal: number, revision: string): ValueMap => {
  const name = `${nameOf(set)}-${ordinal}`;
  const labels = { [REVISION_HASH]: revision, [POD_NAME]: name, [POD_INDEX]: String(ordinal) };
  const pod = podFrom(set, { name, generateName: `${nameOf(set)}-` }, labels);
  const spec = ensureMap(pod, "spec");
  spec["hostname"] = name;
  if (textAt(mapAt(set, "spec"), "serviceName") !== "") spec["subdomain"] = textAt(mapAt(set, "spec"), "serviceName");
  const claims = claimsOf(set, ordinal).map(({ claim, name: volume }) => ({
    name: volume,
    persistentVolumeClaim: { claimName: textAt(mapAt(claim, "metadata"), "name") },
  }));
  const own = mapsAt(spec, "volumes").filter((volume) => !claims.some((claim) => claim.name === volume["name"]));
  if (claims.length > 0) spec["volumes"] = [...own, ...claims];
  return pod;
};

const isHealthy = (pod: LiveObject): boolean => isReady(pod) && !isEnding(pod);

/** The pod changes that may be made now: in order and one at a time, or all missing and spare ones at once when parallel. */
const podWrites = (
  set: LiveObject,
  pods: readonly LiveObject[],
  revisions: Revisions,
  view: View,
): readonly Write[] => {
  const namespace = textAt(set.metadata, "namespace");
  const isParallel = textAt(mapAt(set, "spec"), "podManagementPolicy") === "Parallel";
  const [start, wanted] = [startOf(set), wantedOf(set)];
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(pod), pod]));
  const writes: Write[] = [];
  for (let ordinal = start; ordinal < start + wanted; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) {
      const revision = ordinal - start >= partitionOf(set) ? revisions.update : revisions.current;
      const missing = claimsOf(set, ordinal).filter(
        ({ claim }) => view.read(resources.claims, namespace, textAt(mapAt(claim, "metadata"), "name")) === undefined,
      );
      writes.push(...missing.map(({ claim }) => create(resources.claims, namespace, claim)));
      writes.push(create(resources.pods, namespace, newPod(set, ordinal, revision)));
    } else if (phaseOf(pod) === "Failed" && !isEnding(pod)) writes.push(remove(resources.pods, pod));
    else if (isHealthy(pod)) continue;
    if (!isParallel) return writes;
  }
  const spare = [...byOrdinal.values()]
    .filter((pod) => ordinalOf(pod) < start || ordinalOf(pod) >= start + wanted)
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  for (const pod of spare) {
    if (!isEnding(pod)) writes.push(remove(resources.pods, pod));
    if (!isParallel) return writes;
  }
  if (writes.length > 0 || textAt(mapIn(set, "spec", "updateStrategy"), "type") === "OnDelete") return writes;
  for (let ordinal = start + wanted - 1; ordinal >= start + partitionOf(set); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined || isEnding(pod)) return writes;
    if (revisionLabel(pod) !== revisions.update) return [remove(resources.pods, pod)];
    if (!isHealthy(pod)) return writes;
  }
  return writes;
};

interface Revisions {
  readonly current: string;
  readonly update: string;
}

const statusOf = (set: LiveObject, pods: readonly LiveObject[], revisions: Revisions, view: View) => {
  const counts = countPods(set, pods, view.nowMs);
  const of = (revision: string): number =>
    pods.filter((pod) => !isEnding(pod) && revisionLabel(pod) === revision).length;
  const isDone =
    of(revisions.update) === wantedOf(set) && counts.ready === wantedOf(set) && pods.length === wantedOf(set);
  const current = isDone ? revisions.update : revisions.current;
  const before = mapAt(set, "status");
  const currentReplicas = of(current);
  const status: ValueMap = {
    observedGeneration: numberAt(set.metadata, "generation") ?? 0,
    replicas: pods.length,
    ...(counts.ready === 0 ? {} : { readyReplicas: counts.ready }),
    ...(currentReplicas === 0 ? {} : { currentReplicas }),
    ...(of(revisions.update) === 0 ? {} : { updatedReplicas: of(revisions.update) }),
    currentRevision: current,
    updateRevision: revisions.update,
    collisionCount: numberAt(before, "collisionCount") ?? 0,
    availableReplicas: counts.available,
    ...(isMap(before?.["conditions"]) ? { conditions: before["conditions"] } : {}),
  };
  return { status, nextMs: counts.nextMs };
};

/** Pods by ordinal, from the lowest up, replaced from the highest down. */
export const decideStatefulSet = (
  set: LiveObject,
  pods: readonly LiveObject[],
  known: readonly LiveObject[],
  view: View,
): Decision => {
  if (isEnding(set)) return { writes: [] };
  const before = textAt(mapAt(set, "status"), "currentRevision");
  const { name: update, writes: revisionWrites } = revisionOf(
    set,
    known,
    new Set([before, ...pods.map(revisionLabel)]),
  );
  const revisions: Revisions = { current: before === "" ? update : before, update };
  const writes = [...revisionWrites, ...podWrites(set, pods, revisions, view)];
  const { nextMs, status } = statusOf(set, pods, revisions, view);
  if (!sameMeaning(status, mapAt(set, "status")))
    writes.push(replace(resources.statefulSets, { ...set, status }, "status"));
  return { writes, ...(nextMs === undefined ? {} : { againMs: nextMs }) };
};
