import { copyOf } from "../json.ts";
import type { LiveObject, ValueMap } from "../json.ts";
import { conditionOf } from "./conditions.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { countSets, deadlineInMs, deploymentStatus } from "./deployment-status.ts";
import { isEnding } from "./pods.ts";
import { firstSize, nextSizes, statusCount, wantedOf } from "./rollout.ts";
import { controllerRef, hashOf } from "./template.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, ensureMap, textAt, numberAt, stringsAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

const HASH = "pod-template-hash";
const REVISION = "deployment.kubernetes.io/revision";
/** Annotations that a Deployment does not hand on to its ReplicaSets. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set(["kubectl.kubernetes.io/last-applied-configuration", REVISION]);

const annotationOf = (object: LiveObject, name: string): string =>
  stringsAt(object.metadata, "annotations")[name] ?? "";
const revisionOf = (set: LiveObject): number => Number(annotationOf(set, REVISION)) || 0;
const byAge = (a: LiveObject, b: LiveObject): number =>
  revisionOf(a) - revisionOf(b) || (textAt(a.metadata, "name") < textAt(b.metadata, "name") ? -1 : 1);

const handedOn = (deployment: LiveObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stringsAt(deployment.metadata, "annotations")).filter(([name]) => !OWN_ANNOTATIONS.has(name)),
  );

const newSet = (deployment: LiveObject, hash: string, revision: number, old: readonly LiveObject[]): ValueMap => {
  const template = copyOf(mapIn(deployment, "spec", "template") ?? {});
  const labels = { ...stringsAt(mapAt(template, "metadata"), "labels"), [HASH]: hash };
  ensureMap(template, "metadata")["labels"] = labels;
  const selector = copyOf(mapIn(deployment, "spec", "selector") ?? {});
  ensureMap(selector, "matchLabels")[HASH] = hash;
  const minReady = numberAt(mapAt(deployment, "spec"), "minReadySeconds");
  return {
    metadata: {
      name: `${textAt(deployment.metadata, "name")}-${hash}`,
      labels: { ...labels },
      annotations: { ...handedOn(deployment), [REVISION]: String(revision) },
      ownerReferences: [controllerRef(deployment)],
    },
    spec: {
      replicas: firstSize(deployment, old),
      ...(minReady === undefined ? {} : { minReadySeconds: minReady }),
      selector,
      template,
    },
  };
};

const sameTexts = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean =>
  sameMeaning({ ...a }, { ...b });

const resized = (set: LiveObject, size: number): readonly Write[] =>
  size === wantedOf(set)
    ? []
    : [replace(resources.replicaSets, { ...set, spec: { ...mapAt(set, "spec"), replicas: size } })];

/** The new ReplicaSet as the newest revision, with its Deployment's annotations. */
const revised = (deployment: LiveObject, set: LiveObject, revision: number): readonly Write[] => {
  const before = stringsAt(set.metadata, "annotations");
  const annotations = { ...before, ...handedOn(deployment), [REVISION]: String(revision) };
  if (sameTexts(annotations, before)) return [];
  return [replace(resources.replicaSets, { ...set, metadata: { ...set.metadata, annotations } })];
};

/** The ReplicaSets beyond the history that is kept, once they are empty. */
const forgotten = (deployment: LiveObject, old: readonly LiveObject[]): readonly LiveObject[] => {
  const kept = numberAt(mapAt(deployment, "spec"), "revisionHistoryLimit") ?? 10;
  const empty = old.filter((set) => wantedOf(set) === 0 && statusCount(set, "replicas") === 0 && !isEnding(set));
  return empty.slice(0, Math.max(0, old.length - kept));
};

const withStatus = (deployment: LiveObject, status: ValueMap, revision: number): readonly Write[] => {
  const isSame =
    sameMeaning(status, mapAt(deployment, "status")) && annotationOf(deployment, REVISION) === `${revision}`;
  if (isSame) return [];
  const annotations = { ...stringsAt(deployment.metadata, "annotations"), [REVISION]: String(revision) };
  const next = { ...deployment, metadata: { ...deployment.metadata, annotations }, status };
  return [replace(resources.deployments, next, "status")];
};

/** What brings a rollout forward: its revision first, then sizes, then what is left over. */
const stepsOf = (
  deployment: LiveObject,
  fresh: LiveObject,
  old: readonly LiveObject[],
  revision: number,
): readonly Write[] => {
  const revise = revised(deployment, fresh, revision);
  if (revise.length > 0) return revise;
  const sizes = [...nextSizes(deployment, fresh, old)].flatMap(([set, size]) => resized(set, size));
  return sizes.length > 0 ? sizes : forgotten(deployment, old).map((set) => remove(resources.replicaSets, set));
};

/** One step of a rollout: a new ReplicaSet, or new sizes, or what is left over; and the status. */
export const decideDeployment = (deployment: LiveObject, sets: readonly LiveObject[], view: View): Decision => {
  const { nowMs } = view;
  const hash = hashOf(mapIn(deployment, "spec", "template") ?? {});
  const fresh = sets.find((set) => stringsAt(set.metadata, "labels")[HASH] === hash);
  const old = sets.filter((set) => set !== fresh).toSorted(byAge);
  const counts = countSets(fresh, old);
  const isPaused = mapAt(deployment, "spec")?.["paused"] === true;
  const newest = Math.max(0, ...old.map(revisionOf));
  const revision = fresh === undefined || revisionOf(fresh) <= newest ? newest + 1 : revisionOf(fresh);
  const writes: Write[] = [];
  if (isEnding(deployment)) return { writes };
  if (isPaused) {
    const [only = fresh, another] = sets.filter((set) => wantedOf(set) > 0);
    if (only !== undefined && another === undefined) writes.push(...resized(only, wantedOf(deployment)));
  } else if (fresh === undefined) {
    const made = newSet(deployment, hash, revision, old);
    writes.push(create(resources.replicaSets, textAt(deployment.metadata, "namespace"), made));
  } else writes.push(...stepsOf(deployment, fresh, old, revision));
  const failure = [...(fresh === undefined ? [] : [fresh]), ...old]
    .map((set) => conditionOf(set, "ReplicaFailure"))
    .find((condition) => condition !== undefined);
  const name = `${textAt(deployment.metadata, "name")}-${hash}`;
  const rollout = { deployment, counts, failure, nowMs, fresh: { name, isNew: fresh === undefined && !isPaused } };
  const shown = fresh === undefined && isPaused ? Number(annotationOf(deployment, REVISION)) || newest : revision;
  // Until a new ReplicaSet has counted its pods, nobody can tell how far the rollout is.
  const isCounted = fresh === undefined || mapAt(fresh, "status")?.["observedGeneration"] !== undefined;
  if (isCounted) writes.push(...withStatus(deployment, deploymentStatus(rollout), shown));
  const dueMs = deadlineInMs(deployment, nowMs);
  return { writes, ...(dueMs === undefined ? {} : { againMs: Math.max(1_000, dueMs) }) };
};
