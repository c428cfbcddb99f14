import type { LiveObject, ValueMap } from "../json.ts";
import { conditionOf, withCondition } from "./conditions.ts";
import { replace, resources } from "./decision.ts";
import type { Decision, Resource } from "./decision.ts";
import { deadlineInMs, deploymentStatus, withNewSet } from "./deployment-status.ts";
import { outcomeOf } from "./pod-outcome.ts";
import { isEnding } from "./pods.ts";
import { statusCount, wantedOf } from "./rollout.ts";
import { hashOf } from "./template.ts";
import { timeText } from "./view.ts";
import type { View } from "./view.ts";
import { mapAt, mapIn, mapsAt, numberAt, textAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

/** What the pods of a template would come to, had they been made. */
const wouldRun = (owner: LiveObject): boolean => {
  const outcome = outcomeOf({ apiVersion: "v1", kind: "Pod", metadata: {}, ...mapIn(owner, "spec", "template") });
  return outcome === "runs" || outcome === "succeeds";
};

const generationOf = (object: LiveObject): number => numberAt(object.metadata, "generation") ?? 0;

interface Rolling {
  readonly leftMs: number;
  /** Its pods are as wanted: the pace has passed since this template came, and it can run at all. */
  readonly isDone: boolean;
  readonly hash: string;
}

const rollingOf = (owner: LiveObject, paceMs: number, view: View): Rolling => {
  const hash = hashOf(mapIn(owner, "spec", "template") ?? {});
  const leftMs = Math.max(0, paceMs - view.sinceMs(`${textAt(owner.metadata, "uid")} ${hash} ${wantedOf(owner)}`));
  return { leftMs, hash, isDone: leftMs === 0 && wouldRun(owner) };
};

const written = (resource: Resource, object: LiveObject, status: ValueMap, againMs: number | undefined): Decision => ({
  writes: sameMeaning(status, mapAt(object, "status")) ? [] : [replace(resource, { ...object, status }, "status")],
  ...(againMs === undefined || againMs === 0 ? {} : { againMs }),
});

const deployment = (object: LiveObject, paceMs: number, view: View): Decision => {
  const { hash, isDone, leftMs } = rollingOf(object, paceMs, view);
  const wanted = wantedOf(object);
  const old = Math.min(wanted, statusCount(object, "availableReplicas"));
  const counts = isDone
    ? { replicas: wanted, updated: wanted, ready: wanted, available: wanted, unavailable: 0, terminating: 0 }
    : { replicas: wanted, updated: 0, ready: old, available: old, unavailable: wanted - old, terminating: 0 };
  const name = `${textAt(object.metadata, "name")}-${hash}`;
  const isKnown = textAt(conditionOf(object, "Progressing"), "message").includes(JSON.stringify(name));
  const told = isKnown ? object : { ...object, status: withNewSet(object, name, view.nowMs) };
  const fresh = { name, isNew: false };
  const status = deploymentStatus({ deployment: told, counts, failure: undefined, nowMs: view.nowMs, fresh });
  const dueMs = deadlineInMs({ ...object, status }, view.nowMs);
  return written(resources.deployments, object, status, leftMs > 0 ? leftMs : isDone ? undefined : dueMs);
};

const statefulSet = (object: LiveObject, paceMs: number, view: View): Decision => {
  const { hash, isDone, leftMs } = rollingOf(object, paceMs, view);
  const wanted = wantedOf(object);
  const update = `${textAt(object.metadata, "name")}-${hash}`;
  const before = textAt(mapAt(object, "status"), "currentRevision");
  const running = isDone ? wanted : Math.min(wanted, statusCount(object, "readyReplicas"));
  const status: ValueMap = {
    observedGeneration: generationOf(object),
    replicas: wanted,
    ...(running === 0 ? {} : { readyReplicas: running, currentReplicas: running }),
    ...(isDone && wanted > 0 ? { updatedReplicas: wanted } : {}),
    currentRevision: isDone || before === "" ? update : before,
    updateRevision: update,
    collisionCount: 0,
    availableReplicas: running,
  };
  return written(resources.statefulSets, object, status, leftMs);
};

const daemonSet = (object: LiveObject, paceMs: number, view: View): Decision => {
  const { isDone, leftMs } = rollingOf(object, paceMs, view);
  const ready = isDone ? 1 : statusCount(object, "numberReady");
  const status: ValueMap = {
    currentNumberScheduled: 1,
    numberMisscheduled: 0,
    desiredNumberScheduled: 1,
    numberReady: ready,
    observedGeneration: generationOf(object),
    ...(isDone ? { updatedNumberScheduled: 1 } : {}),
    ...(ready === 0 ? { numberUnavailable: 1 } : { numberAvailable: 1 }),
  };
  return written(resources.daemonSets, object, status, leftMs);
};

const replicaSet = (object: LiveObject, paceMs: number, view: View): Decision => {
  const { isDone, leftMs } = rollingOf(object, paceMs, view);
  const running = isDone ? wantedOf(object) : Math.min(wantedOf(object), statusCount(object, "readyReplicas"));
  const status: ValueMap = {
    replicas: wantedOf(object),
    ...(wantedOf(object) === 0 ? {} : { fullyLabeledReplicas: wantedOf(object) }),
    ...(running === 0 ? {} : { readyReplicas: running, availableReplicas: running }),
    terminatingReplicas: 0,
    observedGeneration: generationOf(object),
  };
  return written(resources.replicaSets, object, status, leftMs);
};

const job = (object: LiveObject, paceMs: number, view: View): Decision => {
  const before = mapAt(object, "status");
  const spec = mapAt(object, "spec");
  if (spec?.["suspend"] === true || textAt(before, "completionTime") !== "") return { writes: [] };
  const { isDone, leftMs } = rollingOf(object, paceMs, view);
  const now = timeText(view.nowMs);
  const startTime = textAt(before, "startTime") || now;
  const parallelism = numberAt(spec, "parallelism") ?? 1;
  if (!isDone) {
    const status = { startTime, active: parallelism, terminating: 0, uncountedTerminatedPods: {}, ready: parallelism };
    return written(resources.jobs, object, status, leftMs);
  }
  const why = {
    status: "True",
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
  } as const;
  const conditions = ["SuccessCriteriaMet", "Complete"].reduce<ValueMap[]>(
    (list, type) => withCondition(list, { type, ...why }, now, "lastProbeTime"),
    [...mapsAt(before, "conditions")],
  );
  const succeeded = numberAt(spec, "completions") ?? 1;
  const ended = { terminating: 0, uncountedTerminatedPods: {}, ready: 0 };
  return written(
    resources.jobs,
    object,
    { conditions, startTime, completionTime: now, succeeded, ...ended },
    undefined,
  );
};

const RULES = { deployment, statefulSet, daemonSet, replicaSet, job } as const;

/** Writes the status that pods would lead to, after `paceMs`, without any pods: what a simulation of many clusters can afford. */
export const decideStatusOnly = (kind: keyof typeof RULES, object: LiveObject, paceMs: number, view: View): Decision =>
  isEnding(object) ? { writes: [] } : RULES[kind](object, paceMs, view);
