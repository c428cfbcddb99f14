import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { aggregate } from "./aggregate.ts";
import { healthOf } from "./health-of.ts";

const now = new Date("2026-01-01T00:01:00Z");
const object = (apiVersion: string, kind: string, rest: JsonObject, metadata: JsonObject = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: "x", generation: 2, ...metadata },
  ...rest,
});
const deployment = (status: JsonObject, spec: JsonObject = { replicas: 2 }) =>
  object("apps/v1", "Deployment", { spec, status });
const counts = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
const condition = (type: string, status: string, reason = "", rest: JsonObject = {}) => ({
  type,
  status,
  reason,
  ...rest,
});
const pod = (status: JsonObject, spec: JsonObject = { restartPolicy: "Always" }) =>
  object("v1", "Pod", { spec, status });
const custom = (status: JsonObject | undefined, metadata: JsonObject = {}) =>
  object("x.example.com/v1", "Thing", { spec: {}, ...(status === undefined ? {} : { status }) }, metadata);

describe("health of one object", () => {
  test.each([
    ["a deployment with all replicas is Healthy", deployment(counts), "Healthy", ""],
    ["a deployment nobody has looked at is Progressing", deployment({}), "Progressing", "NotObserved"],
    [
      "a deployment whose controller is behind is Progressing",
      deployment({ ...counts, observedGeneration: 1 }),
      "Progressing",
      "ObservedBehind",
    ],
    [
      "a deployment with an old replica is Progressing",
      deployment({ ...counts, replicas: 3 }),
      "Progressing",
      "OldReplicas",
    ],
    [
      "a deployment with a replica not ready is Progressing",
      deployment({ ...counts, readyReplicas: 1 }),
      "Progressing",
      "NotReady",
    ],
    [
      "a deployment past its deadline is Degraded",
      deployment({ ...counts, conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] }),
      "Degraded",
      "ProgressDeadlineExceeded",
    ],
    ["a paused deployment is Suspended", deployment(counts, { replicas: 2, paused: true }), "Suspended", "Paused"],
    ["a deployment of no replicas is Healthy", deployment({ observedGeneration: 2 }, { replicas: 0 }), "Healthy", ""],
    [
      "a stateful set between revisions is Progressing",
      object("apps/v1", "StatefulSet", {
        spec: { replicas: 1 },
        status: { observedGeneration: 2, replicas: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "b" },
      }),
      "Progressing",
      "Updating",
    ],
    [
      "a stateful set with a partition is Healthy at it",
      object("apps/v1", "StatefulSet", {
        spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        status: {
          observedGeneration: 2,
          replicas: 3,
          readyReplicas: 3,
          updatedReplicas: 1,
          currentRevision: "a",
          updateRevision: "b",
        },
      }),
      "Healthy",
      "",
    ],
    [
      "a stateful set updated by deletion is Healthy",
      object("apps/v1", "StatefulSet", { spec: { updateStrategy: { type: "OnDelete" } } }),
      "Healthy",
      "",
    ],
    [
      "a daemon set not available on all nodes is Progressing",
      object("apps/v1", "DaemonSet", {
        status: { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2 },
      }),
      "Progressing",
      "NotAvailable",
    ],
    [
      "a replica set that cannot make pods is Degraded",
      object("apps/v1", "ReplicaSet", {
        status: { conditions: [condition("ReplicaFailure", "True", "FailedCreate")] },
      }),
      "Degraded",
      "FailedCreate",
    ],
    [
      "a complete job is Healthy",
      object("batch/v1", "Job", { status: { conditions: [condition("Complete", "True")] } }),
      "Healthy",
      "",
    ],
    [
      "a job whose Failed condition is False still runs",
      object("batch/v1", "Job", { status: { conditions: [condition("Failed", "False")] } }),
      "Progressing",
      "Running",
    ],
    [
      "a failed job is Degraded",
      object("batch/v1", "Job", { status: { conditions: [condition("Failed", "True", "BackoffLimitExceeded")] } }),
      "Degraded",
      "BackoffLimitExceeded",
    ],
    ["a ready pod is Healthy", pod({ phase: "Running", conditions: [condition("Ready", "True")] }), "Healthy", ""],
    [
      "a pod in a crash loop is Degraded",
      pod({ phase: "Running", containerStatuses: [{ name: "c", state: { waiting: { reason: "CrashLoopBackOff" } } }] }),
      "Degraded",
      "CrashLoopBackOff",
    ],
    [
      "a pod that just found no node is Progressing",
      pod({
        phase: "Pending",
        conditions: [
          condition("PodScheduled", "False", "Unschedulable", { lastTransitionTime: "2026-01-01T00:00:50Z" }),
        ],
      }),
      "Progressing",
      "Unschedulable",
    ],
    [
      "a pod without a node for long is Degraded",
      pod({
        phase: "Pending",
        conditions: [
          condition("PodScheduled", "False", "Unschedulable", { lastTransitionTime: "2026-01-01T00:00:00Z" }),
        ],
      }),
      "Degraded",
      "Unschedulable",
    ],
    ["a pod that ended well is Healthy", pod({ phase: "Succeeded" }, { restartPolicy: "Never" }), "Healthy", ""],
    ["a bound claim is Healthy", object("v1", "PersistentVolumeClaim", { status: { phase: "Bound" } }), "Healthy", ""],
    [
      "a claim that waits for its first pod is Healthy, idle",
      object("v1", "PersistentVolumeClaim", { status: { phase: "Pending" } }),
      "Healthy",
      "Idle",
    ],
    [
      "a lost claim is Degraded",
      object("v1", "PersistentVolumeClaim", { status: { phase: "Lost" } }),
      "Degraded",
      "Lost",
    ],
    [
      "a load balancer without address is Progressing",
      object("v1", "Service", { spec: { type: "LoadBalancer" } }),
      "Progressing",
      "NoAddress",
    ],
    ["a service of another type is Healthy", object("v1", "Service", { spec: { type: "ClusterIP" } }), "Healthy", ""],
    ["an ingress without address is Healthy", object("networking.k8s.io/v1", "Ingress", {}), "Healthy", ""],
    [
      "a definition not served yet is Progressing",
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {}),
      "Progressing",
      "NotEstablished",
    ],
    [
      "a definition whose names are taken is Degraded",
      object("apiextensions.k8s.io/v1", "CustomResourceDefinition", {
        status: { conditions: [condition("NamesAccepted", "False", "PluralConflict")] },
      }),
      "Degraded",
      "PluralConflict",
    ],
    [
      "an autoscaler that cannot scale is Degraded",
      object("autoscaling/v2", "HorizontalPodAutoscaler", {
        status: { conditions: [condition("AbleToScale", "False", "FailedGetScale")] },
      }),
      "Degraded",
      "FailedGetScale",
    ],
    [
      "a custom resource that stalled is Degraded",
      custom({ conditions: [condition("Ready", "True"), condition("Stalled", "True", "Bad")] }),
      "Degraded",
      "Bad",
    ],
    ["a custom resource that is ready is Healthy", custom({ conditions: [condition("Ready", "True")] }), "Healthy", ""],
    [
      "a custom resource that is not ready is Progressing",
      custom({ conditions: [condition("Ready", "False", "Waiting")] }),
      "Progressing",
      "Waiting",
    ],
    [
      "a custom resource that failed for good is Degraded",
      custom({ conditions: [condition("Ready", "False", "BuildFailed")] }),
      "Degraded",
      "BuildFailed",
    ],
    [
      "a new custom resource without status is Progressing",
      custom(undefined, { creationTimestamp: "2026-01-01T00:00:50Z" }),
      "Progressing",
      "NoStatus",
    ],
    [
      "an old custom resource without status is Healthy",
      custom(undefined, { creationTimestamp: "2026-01-01T00:00:00Z" }),
      "Healthy",
      "",
    ],
    [
      "a deletion in progress names what holds it",
      object("v1", "ConfigMap", {}, { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["a/b"] }),
      "Progressing",
      "Terminating",
    ],
  ])("%s", (_title, live, status, reason) => {
    expect(healthOf(live, now)).toMatchObject({ status, reason });
  });

  test.each([
    [["Healthy", "Degraded", "Progressing"], "Degraded"],
    [["Healthy", "Missing"], "Missing"],
    [["Healthy", "Suspended"], "Suspended"],
    [[], "Healthy"],
  ] as const)("of %j the whole is %s", (statuses, expected) => {
    expect(aggregate(statuses.map((status) => ({ status })))).toBe(expected);
  });
});

describe("health that depends on time", () => {
  const created = { creationTimestamp: "2026-01-01T00:00:50Z" };
  const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  const scheduled = (lastTransitionTime: string) =>
    pod({
      phase: "Pending",
      conditions: [condition("PodScheduled", "False", "Unschedulable", { lastTransitionTime })],
    });

  test.each([
    ["no status yet", custom(undefined, created), 20_000],
    ["no node yet", scheduled("2026-01-01T00:00:50Z"), 5_000],
    [
      "no status, of a server whose clock is a minute ahead",
      custom(undefined, { creationTimestamp: "2026-01-01T00:02:00Z" }),
      30_000,
    ],
    ["a status", custom({}, created), undefined],
    ["no status for long", custom(undefined, { creationTimestamp: "2026-01-01T00:00:00Z" }), undefined],
  ])("stands as long as it may: %s", (_title, judged, ms) => {
    expect(healthOf(judged, now).standsForMs).toBe(ms);
  });

  test.each([
    ["by the server's time", at(55), at(80), "Healthy"],
    ["not before it", at(55), at(79), "Progressing"],
  ])("ends %s", (_title, seen, when, status) => {
    expect(healthOf(custom(undefined, created), when, seen).status).toBe(status);
  });

  test("ends by our own time where the server's clock is far ahead", () => {
    const ahead = custom(undefined, { creationTimestamp: "2026-01-01T01:00:00Z" });
    expect(healthOf(ahead, at(29), at(0)).status).toBe("Progressing");
    expect(healthOf(ahead, at(30), at(0)).status).toBe("Healthy");
  });
});
