import type { Value } from "@evenkeel/embedded-cluster";
import { type KindTable, needed, row } from "./kind-table.ts";

const target = (name: string) => ({ apiVersion: "apps/v1", kind: "Deployment", name });
const metric = (name: string): Value => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization: 50 } },
});
const condition = { type: "AbleToScale", status: "True" };

const common = {
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  namespaced: true,
  subresources: ["status"],
  strategic: true,
} as const;

const sharedRows = [
  needed("/spec/maxReplicas", [3, 5, 9], ["x"]),
  needed("/spec/minReplicas", [1, 2]),
  needed("/spec/scaleTargetRef/name", ["other"]),
  needed("/spec/scaleTargetRef/kind", ["StatefulSet"]),
];

/** Both versions of one kind: a sequence writes the same objects through either. */
export const autoscalersV2: KindTable = {
  ...common,
  name: "HorizontalPodAutoscaler.v2",
  apiVersion: "autoscaling/v2",
  alternate: "HorizontalPodAutoscaler.v1",
  base: (name) => ({
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: { maxReplicas: 3, scaleTargetRef: target(name), metrics: [metric("cpu")] },
  }),
  fields: [
    ...sharedRows,
    row("/spec/metrics", [[metric("memory")], [metric("cpu"), metric("memory")], []]),
    needed("/spec/behavior", [
      { scaleDown: { stabilizationWindowSeconds: 60 } },
      { scaleUp: { policies: [{ type: "Pods", value: 2, periodSeconds: 15 }], selectPolicy: "Max" } },
    ]),
  ],
  status: [
    row("/status/currentReplicas", [1, 2]),
    row("/status/desiredReplicas", [2]),
    row("/status/conditions", [[condition], []]),
    row("/status/currentMetrics", [
      [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 10, averageValue: "1" } } }],
    ]),
  ],
};

export const autoscalersV1: KindTable = {
  ...common,
  name: "HorizontalPodAutoscaler.v1",
  apiVersion: "autoscaling/v1",
  alternate: "HorizontalPodAutoscaler.v2",
  base: (name) => ({
    apiVersion: "autoscaling/v1",
    kind: "HorizontalPodAutoscaler",
    metadata: { name },
    spec: { maxReplicas: 3, scaleTargetRef: target(name) },
  }),
  fields: [...sharedRows, needed("/spec/targetCPUUtilizationPercentage", [50, 80])],
  status: [row("/status/currentReplicas", [1, 2]), row("/status/desiredReplicas", [2])],
};
