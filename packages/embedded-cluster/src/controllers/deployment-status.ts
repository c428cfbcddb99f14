import type { LiveObject, ValueMap } from "../json.ts";
import { conditionOf, withCondition, withoutCondition } from "./conditions.ts";
import type { Condition } from "./conditions.ts";
import { limitsOf, statusCount, sum, wantedOf } from "./rollout.ts";
import { timeText } from "./view.ts";
import { mapAt, mapsAt, textAt, numberAt } from "../reading.ts";

/** Counts over the ReplicaSets of a Deployment, or of its whole when none are kept. */
export interface RolloutCounts {
  readonly replicas: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly unavailable: number;
  readonly terminating: number;
}

export const countSets = (fresh: LiveObject | undefined, old: readonly LiveObject[]): RolloutCounts => {
  const all = fresh === undefined ? old : [...old, fresh];
  const available = sum(all, (set) => statusCount(set, "availableReplicas"));
  return {
    replicas: sum(all, (set) => statusCount(set, "replicas")),
    updated: fresh === undefined ? 0 : statusCount(fresh, "replicas"),
    ready: sum(all, (set) => statusCount(set, "readyReplicas")),
    available,
    unavailable: Math.max(0, sum(all, wantedOf) - available),
    terminating: sum(all, (set) => statusCount(set, "terminatingReplicas")),
  };
};

const isComplete = (deployment: LiveObject, counts: RolloutCounts): boolean => {
  const wanted = wantedOf(deployment);
  return counts.updated === wanted && counts.replicas === wanted && counts.available === wanted;
};

const isProgress = (deployment: LiveObject, counts: RolloutCounts): boolean => {
  const [replicas, updated] = [statusCount(deployment, "replicas"), statusCount(deployment, "updatedReplicas")];
  return (
    counts.updated > updated ||
    counts.replicas - counts.updated < replicas - updated ||
    counts.ready > statusCount(deployment, "readyReplicas") ||
    counts.available > statusCount(deployment, "availableReplicas")
  );
};

const progressing = (status: Condition["status"], reason: string, message: string): Condition => ({
  type: "Progressing",
  status,
  reason,
  message,
});

/** Until the deadline of a rollout that stands still; undefined when there is none to come. */
export const deadlineInMs = (deployment: LiveObject, nowMs: number): number | undefined => {
  const seconds = numberAt(mapAt(deployment, "spec"), "progressDeadlineSeconds");
  const condition = conditionOf(deployment, "Progressing");
  if (seconds === undefined || condition === undefined || textAt(condition, "reason") === "NewReplicaSetAvailable") {
    return undefined;
  }
  const due = Date.parse(textAt(condition, "lastUpdateTime")) + seconds * 1_000 - nowMs;
  return textAt(condition, "reason") === "ProgressDeadlineExceeded" ? undefined : Math.max(0, due);
};

interface Rollout {
  readonly deployment: LiveObject;
  readonly counts: RolloutCounts;
  /** Name of the new ReplicaSet, and whether it is being made right now. */
  readonly fresh: { readonly name: string; readonly isNew: boolean };
  readonly failure: ValueMap | undefined;
  readonly nowMs: number;
}

/** The one condition that also moves without a change of status: its `lastUpdateTime` is what the deadline counts from. */
const progressOf = ({ counts, deployment, fresh, nowMs }: Rollout, list: readonly ValueMap[]): ValueMap[] => {
  const set = (condition: Condition, isNews = false): ValueMap[] =>
    withCondition(list, condition, timeText(nowMs), "lastUpdateTime", isNews);
  const name = JSON.stringify(fresh.name);
  const current = conditionOf(deployment, "Progressing");
  const reason = textAt(current, "reason");
  const isSettled = counts.replicas === counts.updated && reason === "NewReplicaSetAvailable";
  if (mapAt(deployment, "spec")?.["paused"] === true) {
    if (reason === "DeploymentPaused" || reason === "ProgressDeadlineExceeded") return [...list];
    return set(progressing("Unknown", "DeploymentPaused", "Deployment is paused"));
  }
  if (reason === "DeploymentPaused") return set(progressing("Unknown", "DeploymentResumed", "Deployment is resumed"));
  if (isComplete(deployment, counts)) {
    const message = `ReplicaSet ${name} has successfully progressed.`;
    if (isSettled && current?.["message"] === message) return [...list];
    return set(progressing("True", "NewReplicaSetAvailable", message), true);
  }
  if (isSettled) return [...list];
  if (current === undefined || isProgress(deployment, counts)) {
    return set(progressing("True", "ReplicaSetUpdated", `ReplicaSet ${name} is progressing.`), true);
  }
  if (deadlineInMs(deployment, nowMs) !== 0) return [...list];
  return set(progressing("False", "ProgressDeadlineExceeded", `ReplicaSet ${name} has timed out progressing.`));
};

const conditionsOf = (rollout: Rollout): ValueMap[] => {
  const { counts, deployment, failure, nowMs } = rollout;
  const set = (list: readonly ValueMap[], condition: Condition): ValueMap[] =>
    withCondition(list, condition, timeText(nowMs), "lastUpdateTime");
  const isAvailable = counts.available >= wantedOf(deployment) - limitsOf(deployment).unavailable;
  let list = set(
    mapsAt(mapAt(deployment, "status"), "conditions"),
    isAvailable
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        },
  );
  list = progressOf(rollout, list);
  return failure === undefined
    ? withoutCondition(list, "ReplicaFailure")
    : set(list, {
        type: "ReplicaFailure",
        status: "True",
        reason: textAt(failure, "reason"),
        message: textAt(failure, "message"),
      });
};

/** As a new ReplicaSet is made, that alone is told; the counts follow once it has some. */
export const withNewSet = (deployment: LiveObject, name: string, nowMs: number): ValueMap => {
  const status = mapAt(deployment, "status");
  const made = progressing("True", "NewReplicaSetCreated", `Created new replica set ${JSON.stringify(name)}`);
  const conditions = withCondition(mapsAt(status, "conditions"), made, timeText(nowMs), "lastUpdateTime");
  return { ...status, conditions };
};

/** The status as the real controller words it. */
export const deploymentStatus = (rollout: Rollout): ValueMap => {
  const { counts, deployment } = rollout;
  if (rollout.fresh.isNew) return withNewSet(deployment, rollout.fresh.name, rollout.nowMs);
  const collisions = numberAt(mapAt(deployment, "status"), "collisionCount");
  return {
    observedGeneration: numberAt(deployment.metadata, "generation") ?? 0,
    ...(counts.replicas === 0 ? {} : { replicas: counts.replicas }),
    ...(counts.updated === 0 ? {} : { updatedReplicas: counts.updated }),
    ...(counts.ready === 0 ? {} : { readyReplicas: counts.ready }),
    ...(counts.available === 0 ? {} : { availableReplicas: counts.available }),
    ...(counts.unavailable === 0 ? {} : { unavailableReplicas: counts.unavailable }),
    terminatingReplicas: counts.terminating,
    conditions: conditionsOf(rollout),
    ...(collisions === undefined ? {} : { collisionCount: collisions }),
  };
};
