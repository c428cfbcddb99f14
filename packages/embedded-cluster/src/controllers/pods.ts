import type { LiveObject } from "../json.ts";
import { conditionOf } from "./conditions.ts";
import { mapAt, textAt, numberAt } from "../reading.ts";

export const phaseOf = (pod: LiveObject): string => textAt(mapAt(pod, "status"), "phase");
export const isEnding = (object: LiveObject): boolean => object.metadata["deletionTimestamp"] !== undefined;
/** Neither ended nor being deleted. */
export const isActive = (pod: LiveObject): boolean =>
  !isEnding(pod) && phaseOf(pod) !== "Succeeded" && phaseOf(pod) !== "Failed";
export const isReady = (pod: LiveObject): boolean => conditionOf(pod, "Ready")?.["status"] === "True";

/** How long a ready pod has yet to stay so until it counts as available; 0 when it does, Infinity when it is not ready. */
export const availableInMs = (pod: LiveObject, minReadySeconds: number, nowMs: number): number => {
  const ready = conditionOf(pod, "Ready");
  if (ready?.["status"] !== "True") return Infinity;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(textAt(ready, "lastTransitionTime"));
  return Math.max(0, since + minReadySeconds * 1_000 - nowMs);
};

/** Which of too many goes first: what is not ready, then the youngest, then by name. */
export const byDispensability = (a: LiveObject, b: LiveObject): number => {
  if (isReady(a) !== isReady(b)) return isReady(a) ? 1 : -1;
  const [bornA, bornB] = [textAt(a.metadata, "creationTimestamp"), textAt(b.metadata, "creationTimestamp")];
  if (bornA !== bornB) return bornA < bornB ? 1 : -1;
  return textAt(a.metadata, "name") < textAt(b.metadata, "name") ? -1 : 1;
};

/** Counts of pods as workload statuses tell them. */
export interface PodCounts {
  readonly ready: number;
  readonly available: number;
  /** Until the next one becomes available by time alone; undefined when none will. */
  readonly nextMs: number | undefined;
}

export const countPods = (owner: LiveObject, pods: readonly LiveObject[], nowMs: number): PodCounts => {
  const minReadySeconds = numberAt(mapAt(owner, "spec"), "minReadySeconds") ?? 0;
  const waits = pods.map((pod) => availableInMs(pod, minReadySeconds, nowMs));
  const soon = waits.filter((ms) => ms > 0 && ms < Infinity);
  return {
    ready: pods.filter(isReady).length,
    available: waits.filter((ms) => ms === 0).length,
    nextMs: soon.length === 0 ? undefined : Math.min(...soon),
  };
};
