import { copyOf, isMap } from "../../../json.ts";
import type { LiveObject, Value, ValueMap } from "../../../json.ts";
import { defaultMetric } from "./autoscaler-defaults.ts";
import { ensureMap, hasEntries, isPresent, mapAt, mapIn, mapsAt, numberAt, textAt } from "../../../reading.ts";

/**
 * Between autoscaling/v1 and v2. v1 knows one CPU utilisation; the other metrics travel in an annotation and come back
 * in front of it, which is why a round trip reorders them. What travels there does so in the form of v2.
 */
export const convertAutoscaler = (object: LiveObject, apiVersion: string): LiveObject => {
  if (object.apiVersion === apiVersion) return object;
  return apiVersion === "autoscaling/v1" ? toV1(object) : toV2(object);
};

/** Annotations in which autoscaling/v1 carries what it has no fields for. */
const CARRIED = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
} as const;
type Carried = keyof typeof CARRIED;

/** Takes them away; a map of annotations that is empty then goes too. */
const dropCarried = (object: LiveObject): void => {
  const annotations = mapAt(object.metadata, "annotations");
  for (const key of Object.values(CARRIED)) delete annotations?.[key];
  if (!hasEntries(annotations)) delete object.metadata["annotations"];
};

const carry = (object: LiveObject, what: Carried, value: Value | undefined): void => {
  if (Array.isArray(value) ? value.length > 0 : isMap(value))
    ensureMap(object.metadata, "annotations")[CARRIED[what]] = JSON.stringify(value);
};

/** Reads one; undefined when absent or no JSON, which the server passes over. */
const readCarried = (object: LiveObject, what: Carried): Value | undefined => {
  try {
    return JSON.parse(textAt(mapAt(object.metadata, "annotations"), CARRIED[what])) as Value;
  } catch {
    return undefined;
  }
};

const averageOf = (metric: ValueMap | undefined, part: "target" | "current"): number | undefined =>
  metric?.["type"] === "Resource" && mapAt(metric, "resource")?.["name"] === "cpu"
    ? numberAt(mapIn(metric, "resource", part), "averageUtilization")
    : undefined;
const isUtilization = (metric: ValueMap): boolean => averageOf(metric, "target") !== undefined;

const SPEC = ["scaleTargetRef", "minReplicas", "maxReplicas"];
const STATUS = ["observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas"];

const toV1 = (object: LiveObject): LiveObject => {
  const [spec, status] = [mapAt(object, "spec"), mapAt(object, "status")];
  const metrics = mapsAt(spec, "metrics");
  const current = mapsAt(status, "currentMetrics");
  const turned: LiveObject = { ...copyOf(object), apiVersion: "autoscaling/v1" };
  dropCarried(turned);
  turned["spec"] = {
    ...pick(spec, SPEC),
    ...optional("targetCPUUtilizationPercentage", averageOf(metrics.find(isUtilization), "target")),
  };
  const seen = current.map((metric) => averageOf(metric, "current")).findLast((value) => value !== undefined);
  turned["status"] = {
    currentReplicas: 0,
    ...pick(status, STATUS),
    ...optional("currentCPUUtilizationPercentage", seen),
  };
  carry(
    turned,
    "metrics",
    metrics.filter((metric) => !isUtilization(metric)),
  );
  carry(turned, "currentMetrics", status?.["currentMetrics"]);
  carry(turned, "behavior", spec?.["behavior"]);
  carry(turned, "conditions", status?.["conditions"]);
  return turned;
};

const toV2 = (object: LiveObject): LiveObject => {
  const [spec, status] = [mapAt(object, "spec"), mapAt(object, "status")];
  const turned: LiveObject = { ...copyOf(object), apiVersion: "autoscaling/v2" };
  const utilization = numberAt(spec, "targetCPUUtilizationPercentage");
  const others = readCarried(object, "metrics");
  const metrics = [
    ...(Array.isArray(others) ? others : []),
    ...(utilization === undefined ? [] : [defaultMetric(utilization)]),
  ];
  turned["spec"] = {
    ...pick(spec, SPEC),
    metrics: metrics.length === 0 ? [defaultMetric()] : metrics,
    ...optional("behavior", readCarried(object, "behavior")),
  };
  const seen = numberAt(status, "currentCPUUtilizationPercentage");
  const own = { name: "cpu", current: { averageUtilization: seen ?? 0 } };
  const kept = pick(status, STATUS);
  if (kept["currentReplicas"] === 0) delete kept["currentReplicas"]; // v2 leaves out a count of no replicas
  turned["status"] = {
    ...kept,
    currentMetrics:
      readCarried(object, "currentMetrics") ?? (seen === undefined ? null : [{ type: "Resource", resource: own }]),
    ...optional("conditions", readCarried(object, "conditions")),
  };
  dropCarried(turned);
  return turned;
};

const pick = (from: ValueMap | undefined, keys: readonly string[]): ValueMap =>
  Object.fromEntries(keys.flatMap((key) => (isPresent(from, key) ? [[key, copyOf(from?.[key] as Value)]] : [])));

const optional = (key: string, value: Value | undefined): ValueMap => (value === undefined ? {} : { [key]: value });
