import { copyOf, isMap } from "../../../json.ts";
import type { LiveObject, Value, ValueMap } from "../../../json.ts";
import { defaultMetric } from "./autoscaler-defaults.ts";
import { behaviorFromV1, behaviorToV1 } from "./behavior-forms.ts";
import { metricForm, metricStatusForm, turnMetric } from "./metric-forms.ts";
import { carry, dropCarried, readCarried } from "./round-trip-annotations.ts";
import { mapAt, mapIn, ensureMap, mapsAt, textAt, numberAt, isPresent } from "../../../reading.ts";

/**
 * Between autoscaling/v1 and v2. v1 knows one CPU utilisation; the other metrics travel in an annotation and come back
 * in front of it, which is why a round trip reorders them.
 */
export const convertAutoscaler = (object: LiveObject, apiVersion: string): LiveObject => {
  if (object.apiVersion === apiVersion) return object;
  return apiVersion === "autoscaling/v1" ? toV1(object) : toV2(object);
};

const isCpuUtilization = (metric: ValueMap): boolean =>
  metric["type"] === "Resource" &&
  mapAt(metric, "resource")?.["name"] === "cpu" &&
  numberAt(mapIn(metric, "resource", "target"), "averageUtilization") !== undefined;

const toV1 = (object: LiveObject): LiveObject => {
  const spec = mapAt(object, "spec");
  const status = mapAt(object, "status");
  const metrics = mapsAt(spec, "metrics");
  const turned: LiveObject = { ...copyOf(object), apiVersion: "autoscaling/v1" };
  dropCarried(turned);
  const utilization = metrics.find(isCpuUtilization);
  turned["spec"] = {
    ...pick(spec, ["scaleTargetRef", "minReplicas", "maxReplicas"]),
    ...pickAs("targetCPUUtilizationPercentage", mapIn(utilization, "resource", "target")?.["averageUtilization"]),
  };
  const currentMetrics = mapsAt(status, "currentMetrics");
  turned["status"] = {
    currentReplicas: 0,
    ...pick(status, ["observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas"]),
    ...pickAs("currentCPUUtilizationPercentage", currentUtilization(currentMetrics)),
  };
  const others = metrics.filter((metric) => !isCpuUtilization(metric));
  if (others.length > 0)
    carry(
      turned,
      "metrics",
      others.map((metric) => turnMetric(metric, metricForm, "toV1")),
    );
  if (currentMetrics.length > 0)
    carry(
      turned,
      "currentMetrics",
      currentMetrics.map((metric) => turnMetric(metric, metricStatusForm, "toV1")),
    );
  const behavior = mapAt(spec, "behavior");
  if (behavior !== undefined) carry(turned, "behavior", behaviorToV1(behavior));
  const conditions = mapsAt(status, "conditions");
  if (conditions.length > 0) carry(turned, "conditions", conditions.map(printedCondition));
  return turned;
};

const toV2 = (object: LiveObject): LiveObject => {
  const spec = mapAt(object, "spec");
  const status = mapAt(object, "status");
  const turned: LiveObject = { ...copyOf(object), apiVersion: "autoscaling/v2" };
  const utilization = numberAt(spec, "targetCPUUtilizationPercentage");
  const own = utilization === undefined ? [] : [defaultMetric(utilization)];
  const others = itemsOf(readCarried(object, "metrics")).map((metric) => turnMetric(metric, metricForm, "fromV1"));
  const metrics = [...others, ...own];
  turned["spec"] = {
    ...pick(spec, ["scaleTargetRef", "minReplicas", "maxReplicas"]),
    metrics: metrics.length === 0 ? [defaultMetric()] : metrics,
  };
  const carriedBehavior = readCarried(object, "behavior");
  const behavior = isMap(carriedBehavior) ? behaviorFromV1(carriedBehavior) : undefined;
  if (behavior !== undefined) ensureMap(turned, "spec")["behavior"] = behavior;

  const current = readCarried(object, "currentMetrics");
  turned["status"] = dropZero({
    ...pick(status, ["observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas"]),
    currentMetrics:
      current === undefined
        ? ownCurrentMetrics(status)
        : itemsOf(current).map((metric) => turnMetric(metric, metricStatusForm, "fromV1")),
    ...pickAs("conditions", conditionsOf(readCarried(object, "conditions"))),
  });
  dropCarried(turned);
  return turned;
};

const itemsOf = (value: Value | undefined): readonly ValueMap[] => (Array.isArray(value) ? value.filter(isMap) : []);

const currentUtilization = (currentMetrics: readonly ValueMap[]): Value | undefined =>
  currentMetrics
    .filter((metric) => metric["type"] === "Resource" && mapAt(metric, "resource")?.["name"] === "cpu")
    .map((metric) => mapIn(metric, "resource", "current")?.["averageUtilization"])
    .findLast((value) => value !== undefined && value !== null);

const ownCurrentMetrics = (status: ValueMap | undefined): Value => {
  const utilization = numberAt(status, "currentCPUUtilizationPercentage");
  return utilization === undefined
    ? null
    : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: utilization } } }];
};

const conditionsOf = (value: Value | undefined): Value | undefined => {
  const conditions = itemsOf(value);
  return conditions.length === 0 ? undefined : conditions.map(printedCondition);
};

const printedCondition = (condition: ValueMap): ValueMap => ({
  type: textAt(condition, "type"),
  status: textAt(condition, "status"),
  lastTransitionTime: condition["lastTransitionTime"] ?? null,
  ...(textAt(condition, "reason") === "" ? {} : { reason: textAt(condition, "reason") }),
  ...(textAt(condition, "message") === "" ? {} : { message: textAt(condition, "message") }),
});

const pick = (from: ValueMap | undefined, keys: readonly string[]): ValueMap =>
  Object.fromEntries(keys.flatMap((key) => (isPresent(from, key) ? [[key, copyOf(from?.[key] as Value)]] : [])));

const pickAs = (key: string, value: Value | undefined): ValueMap =>
  value === undefined || value === null ? {} : { [key]: copyOf(value) };

/** autoscaling/v2 leaves out a count of no replicas. */
const dropZero = (status: ValueMap): ValueMap => {
  if (status["currentReplicas"] === 0) delete status["currentReplicas"];
  return status;
};
