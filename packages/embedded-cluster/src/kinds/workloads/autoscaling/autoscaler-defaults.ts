import type { LiveObject, ValueMap } from "../../../json.ts";
import { cameEmpty } from "../../../schema/came-empty.ts";
import { specOf } from "../pod-spec-defaults.ts";
import { mapAt, mapsAt, isPresent, fill } from "../../../reading.ts";

/** The metric of an autoscaler that names none: 80 % of the requested CPU. */
export const defaultMetric = (utilization = 80): ValueMap => ({
  type: "Resource",
  resource: { name: "cpu", target: { type: "Utilization", averageUtilization: utilization } },
});

/** Defaults in the version of the body: autoscaling/v1 gets its metric in conversion, where the annotations are known. */
export const applyAutoscalerDefaults = (object: LiveObject): void => {
  const spec = specOf(object);
  fill(spec, "minReplicas", 1);
  if (object.apiVersion !== "autoscaling/v2") return;
  if (mapsAt(spec, "metrics").length === 0) spec["metrics"] = [defaultMetric()];
  const behavior = mapAt(spec, "behavior");
  if (behavior === undefined) return;
  behavior["scaleUp"] = withDefaults(mapAt(behavior, "scaleUp"), {
    stabilizationWindowSeconds: 0,
    selectPolicy: "Max",
    policies: [
      { type: "Pods", value: 4, periodSeconds: 15 },
      { type: "Percent", value: 100, periodSeconds: 15 },
    ],
  });
  behavior["scaleDown"] = withDefaults(mapAt(behavior, "scaleDown"), {
    selectPolicy: "Max",
    policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
  });
};

/** Rules given win field by field; an empty list of policies is one that was given. */
const withDefaults = (rules: ValueMap | undefined, defaults: ValueMap): ValueMap => {
  const filled = { ...defaults };
  for (const key of ["stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance"]) {
    const value = rules?.[key];
    if (isPresent(rules, key) && value !== undefined) filled[key] = value;
  }
  if (rules !== undefined && cameEmpty(rules, "policies")) filled["policies"] = [];
  return filled;
};
