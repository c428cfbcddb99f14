import type { LiveObject, ValueMap } from "../json.ts";
import { conditionOf, withCondition } from "./conditions.ts";
import { create, remove, replace, resources } from "./decision.ts";
import type { Decision, Write } from "./decision.ts";
import { isActive, isEnding, isReady, phaseOf } from "./pods.ts";
import { podFrom } from "./template.ts";
import { timeText } from "./view.ts";
import type { View } from "./view.ts";
import { mapAt, mapsAt, textAt, numberAt, boolAt } from "../reading.ts";
import { sameMeaning } from "../equal.ts";

interface Progress {
  readonly active: readonly LiveObject[];
  readonly succeeded: number;
  readonly failed: number;
  readonly outcome: "complete" | "failed" | "suspended" | "running";
}

const progressOf = (job: LiveObject, pods: readonly LiveObject[]): Progress => {
  const spec = mapAt(job, "spec");
  const before = mapAt(job, "status");
  const count = (phase: string): number => pods.filter((pod) => phaseOf(pod) === phase).length;
  // Pods may be removed after they ended; what was counted stays counted.
  const succeeded = Math.max(count("Succeeded"), numberAt(before, "succeeded") ?? 0);
  const failed = Math.max(count("Failed"), numberAt(before, "failed") ?? 0);
  const completions = numberAt(spec, "completions");
  const active = pods.filter(isActive);
  const isComplete = completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions;
  const outcome = isComplete
    ? "complete"
    : failed > (numberAt(spec, "backoffLimit") ?? 6)
      ? "failed"
      : boolAt(spec, "suspend")
        ? "suspended"
        : "running";
  return { active, succeeded, failed, outcome };
};

const conditionsOf = (job: LiveObject, { outcome }: Progress, now: string): ValueMap[] => {
  const known = mapsAt(mapAt(job, "status"), "conditions");
  const set = (list: readonly ValueMap[], type: string, status: "True" | "False", reason: string, message: string) =>
    withCondition(list, { type, status, reason, message }, now, "lastProbeTime");
  switch (outcome) {
    case "complete": {
      const why = ["True", "CompletionsReached", "Reached expected number of succeeded pods"] as const;
      return set(set(known, "SuccessCriteriaMet", ...why), "Complete", ...why);
    }
    case "failed": {
      const why = ["True", "BackoffLimitExceeded", "Job has reached the specified backoff limit"] as const;
      return set(set(known, "FailureTarget", ...why), "Failed", ...why);
    }
    case "suspended":
      return set(known, "Suspended", "True", "JobSuspended", "Job suspended");
    case "running":
      return conditionOf(job, "Suspended")?.["status"] === "True"
        ? set(known, "Suspended", "False", "JobResumed", "Job resumed")
        : [...known];
  }
};

const statusOf = (job: LiveObject, progress: Progress, pods: readonly LiveObject[], now: string): ValueMap => {
  const before = mapAt(job, "status");
  const isOver = progress.outcome === "complete" || progress.outcome === "failed";
  const active = isOver ? [] : progress.active;
  const conditions = conditionsOf(job, progress, now);
  const startTime = textAt(before, "startTime") || (progress.outcome === "suspended" ? "" : now);
  return {
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(startTime === "" ? {} : { startTime }),
    ...(progress.outcome === "complete" ? { completionTime: textAt(before, "completionTime") || now } : {}),
    ...(active.length === 0 ? {} : { active: active.length }),
    ...(progress.succeeded === 0 ? {} : { succeeded: progress.succeeded }),
    ...(progress.failed === 0 ? {} : { failed: progress.failed }),
    terminating: isOver ? 0 : pods.filter(isEnding).length,
    uncountedTerminatedPods: {},
    ready: active.filter(isReady).length,
  };
};

/** When a finished Job goes by its ttlSecondsAfterFinished: the DELETE, or the time until it. */
const afterwards = (job: LiveObject, nowMs: number): Decision => {
  const ttl = numberAt(mapAt(job, "spec"), "ttlSecondsAfterFinished");
  const finished = conditionOf(job, "Complete") ?? conditionOf(job, "Failed");
  if (ttl === undefined || finished === undefined) return { writes: [] };
  const leftMs = Date.parse(textAt(finished, "lastTransitionTime")) + ttl * 1_000 - nowMs;
  if (leftMs > 0) return { writes: [], againMs: leftMs };
  return { writes: [remove(resources.jobs, job, { propagationPolicy: "Foreground" })] };
};

/** As many pods at a time as `parallelism` says until `completions` have succeeded. */
export const decideJob = (job: LiveObject, pods: readonly LiveObject[], view: View): Decision => {
  if (isEnding(job)) return { writes: [] };
  const progress = progressOf(job, pods);
  const spec = mapAt(job, "spec");
  const isRunning = progress.outcome === "running";
  const left = (numberAt(spec, "completions") ?? Infinity) - progress.succeeded;
  const wanted = isRunning ? Math.min(numberAt(spec, "parallelism") ?? 1, left) : 0;
  const missing = progress.succeeded > 0 && spec?.["completions"] === undefined ? 0 : wanted - progress.active.length;
  const writes: Write[] = [];
  const status = statusOf(job, progress, pods, timeText(view.nowMs));
  if (!sameMeaning(status, mapAt(job, "status"))) writes.push(replace(resources.jobs, { ...job, status }, "status"));
  const name = textAt(job.metadata, "name");
  for (let made = 0; made < missing; made += 1) {
    const pod = podFrom(job, { generateName: `${name}-` }, {});
    writes.push(create(resources.pods, textAt(job.metadata, "namespace"), pod));
  }
  const spare = progress.active.slice(Math.max(0, wanted));
  writes.push(...spare.map((pod) => remove(resources.pods, pod)));
  if (isRunning || writes.length > 0) return { writes };
  return afterwards(job, view.nowMs);
};
