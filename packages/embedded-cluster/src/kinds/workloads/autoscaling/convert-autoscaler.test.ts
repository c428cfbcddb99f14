import { describe, expect, test } from "vitest";

import type { LiveObject, ValueMap } from "../../../json.ts";
import { convertAutoscaler } from "./convert-autoscaler.ts";

const cpu = (averageUtilization: number): ValueMap => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization } },
});
const memory: ValueMap = {
  type: "Resource",
  resource: { name: "memory", target: { type: "AverageValue", averageValue: "200Mi" } },
};
const autoscaler = (metrics: ValueMap[], more: ValueMap = {}): LiveObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: "web" },
  spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, minReplicas: 1, maxReplicas: 3, metrics, ...more },
  status: { currentMetrics: null, desiredReplicas: 0 },
});
const metricsOf = (object: LiveObject): unknown => (object["spec"] as ValueMap)["metrics"];
const roundTrip = (object: LiveObject): LiveObject =>
  convertAutoscaler(convertAutoscaler(object, "autoscaling/v1"), "autoscaling/v2");

describe("an autoscaler that goes through autoscaling/v1", () => {
  test.each([
    ["keeps its only CPU metric", [cpu(70)], [cpu(70)]],
    ["keeps metrics whose last is the CPU", [memory, cpu(70)], [memory, cpu(70)]],
    ["has the CPU moved to the end", [cpu(70), memory], [memory, cpu(70)]],
    ["loses a second CPU metric", [cpu(70), cpu(50)], [cpu(70)]],
  ])("%s", (_title, before, after) => {
    const turned = roundTrip(autoscaler(before));
    expect(metricsOf(turned)).toEqual(after);
    expect(turned.metadata).toEqual({ name: "web" });
  });

  test("carries what v1 has no field for in annotations", () => {
    const behavior = { scaleDown: { selectPolicy: "Min" } };
    const turned = convertAutoscaler(autoscaler([cpu(70), memory], { behavior }), "autoscaling/v1");
    expect(turned["spec"]).toMatchObject({ targetCPUUtilizationPercentage: 70 });
    expect(turned.metadata["annotations"]).toEqual({
      "autoscaling.alpha.kubernetes.io/metrics": JSON.stringify([memory]),
      "autoscaling.alpha.kubernetes.io/behavior": JSON.stringify(behavior),
    });
  });

  test("is given 80 % of CPU when it comes without any metric", () => {
    const bare = { ...autoscaler([]), apiVersion: "autoscaling/v1", spec: { maxReplicas: 2 } } as LiveObject;
    expect(metricsOf(convertAutoscaler(bare, "autoscaling/v2"))).toEqual([cpu(80)]);
  });
});
