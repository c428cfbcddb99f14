import { createHash } from "node:crypto";

import type { LiveObject, ValueMap } from "../json.ts";
import { remove, replace, resources } from "./decision.ts";
import type { Decision } from "./decision.ts";
import { outcomeOf } from "./pod-outcome.ts";
import type { PodOutcome } from "./pod-outcome.ts";
import { isEnding, phaseOf } from "./pods.ts";
import { timeText } from "./view.ts";
import type { View } from "./view.ts";
import { mapAt, mapsAt, textAt, numberAt } from "../reading.ts";

const HOST = "172.18.0.2";

/** An address of the usual pod range, from the pod's uid. */
const addressOf = (pod: LiveObject): string => {
  const [a = 0, b = 0] = createHash("sha256").update(textAt(pod.metadata, "uid")).digest();
  return `10.244.${a}.${1 + (b % 254)}`;
};

const STATES: Readonly<
  Record<PodOutcome, { readonly phase: (restarts: boolean) => string; readonly isReady: boolean }>
> = {
  runs: { phase: () => "Running", isReady: true },
  "image-missing": { phase: () => "Pending", isReady: false },
  succeeds: { phase: () => "Succeeded", isReady: false },
  fails: { phase: (restarts) => (restarts ? "Running" : "Failed"), isReady: false },
};

const containerState = (outcome: PodOutcome, container: ValueMap, restarts: boolean, now: string): ValueMap => {
  const image = textAt(container, "image");
  if (outcome === "runs") return { running: { startedAt: now } };
  if (outcome === "image-missing") {
    return { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image ${JSON.stringify(image)}` } };
  }
  if (outcome === "fails" && restarts) {
    const message = "back-off 10s restarting failed container";
    return { waiting: { reason: "CrashLoopBackOff", message } };
  }
  const [exitCode, reason] = outcome === "succeeds" ? [0, "Completed"] : [1, "Error"];
  return { terminated: { exitCode, reason, startedAt: now, finishedAt: now } };
};

const containerStatus = (outcome: PodOutcome, container: ValueMap, restarts: boolean, now: string): ValueMap => {
  const isRunning = outcome === "runs";
  return {
    name: textAt(container, "name"),
    state: containerState(outcome, container, restarts, now),
    lastState: {},
    ready: isRunning,
    restartCount: outcome === "fails" && restarts ? 1 : 0,
    image: textAt(container, "image"),
    imageID: "",
    started: isRunning,
  };
};

const readyConditions = (outcome: PodOutcome, pod: LiveObject, now: string): ValueMap[] => {
  const names = mapsAt(mapAt(pod, "spec"), "containers").map((container) => textAt(container, "name"));
  const notReady: ValueMap =
    outcome === "succeeds"
      ? { reason: "PodCompleted" }
      : { reason: "ContainersNotReady", message: `containers with unready status: [${names.join(" ")}]` };
  const { isReady } = STATES[outcome];
  return ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => {
    const depends = type === "Ready" || type === "ContainersReady";
    return {
      type,
      status: depends && !isReady ? "False" : "True",
      lastProbeTime: null,
      lastTransitionTime: now,
      ...(depends && !isReady ? notReady : {}),
    };
  });
};

const started = (pod: LiveObject, outcome: PodOutcome, nowMs: number): LiveObject => {
  const now = timeText(nowMs);
  const spec = mapAt(pod, "spec");
  const restarts = textAt(spec, "restartPolicy") === "Always";
  const address = addressOf(pod);
  const inits = mapsAt(spec, "initContainers").map((container) => containerStatus("succeeds", container, false, now));
  return {
    ...pod,
    status: {
      ...mapAt(pod, "status"),
      phase: STATES[outcome].phase(restarts),
      conditions: readyConditions(outcome, pod, now),
      hostIP: HOST,
      hostIPs: [{ ip: HOST }],
      ...(outcome === "image-missing" ? {} : { podIP: address, podIPs: [{ ip: address }] }),
      startTime: now,
      ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
      containerStatuses: mapsAt(spec, "containers").map((container) =>
        containerStatus(outcome, container, restarts, now),
      ),
    },
  };
};

/** The little of a kubelet that health is seen by: after `pace` a pod is what its outcome says; a deleted one then goes. */
export const decidePod = (pod: LiveObject, paceMs: number, view: View): Decision => {
  const uid = textAt(pod.metadata, "uid");
  if (isEnding(pod)) {
    const graceMs = (numberAt(pod.metadata, "deletionGracePeriodSeconds") ?? 0) * 1_000;
    const leftMs = Math.min(graceMs, paceMs) - view.sinceMs(`${uid} ends`);
    if (leftMs > 0) return { writes: [], againMs: leftMs };
    return graceMs === 0 ? { writes: [] } : { writes: [remove(resources.pods, pod, { gracePeriodSeconds: 0 })] };
  }
  if (phaseOf(pod) !== "Pending" || mapAt(pod, "status")?.["startTime"] !== undefined) return { writes: [] };
  const leftMs = paceMs - view.sinceMs(`${uid} starts`);
  if (leftMs > 0) return { writes: [], againMs: leftMs };
  return { writes: [replace(resources.pods, started(pod, outcomeOf(pod), view.nowMs), "status")] };
};
