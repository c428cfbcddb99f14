import type { LiveObject, ValueMap } from "../../../json.ts";
import { forbidden, invalid, required } from "../../field-error.ts";
import type { FieldError } from "../../field-error.ts";
import { parseQuantity, signOf } from "../../validation/quantity.ts";
import { type Findings, nonNegative, NOT_NEGATIVE, unsupported } from "../findings.ts";
import { isPresent, mapAt, mapIn, mapsAt, numberAt, textAt } from "../reading.ts";
import { validateMetric } from "./metric-validation.ts";
import { validateReference, type VersionCheck, versionProblem } from "./reference-validation.ts";

/** An autoscaler in its autoscaling/v2 form; `old` relaxes what was already so. */
export const validateAutoscaler = (object: LiveObject, old?: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
  const least = old !== undefined && numberAt(before, "minReplicas") === 0 ? 0 : 1;
  const min = numberAt(spec, "minReplicas");
  const max = numberAt(spec, "maxReplicas") ?? 0;
  const findings: FieldError[] = [];
  if (min !== undefined && min < least)
    findings.push(invalid("spec.minReplicas", min, `must be greater than or equal to ${least}`));
  if (max === 0) findings.push(required("spec.maxReplicas", "must be set and greater than 0"));
  else if (max < 0) findings.push(invalid("spec.maxReplicas", max, "must be greater than or equal to 1"));
  if (min !== undefined && max < min)
    findings.push(invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`"));
  findings.push(...validateReference(mapAt(spec, "scaleTargetRef"), "spec.scaleTargetRef", targetCheck(spec, before)));
  findings.push(...validateMetrics(spec, before, min));
  const behavior = mapAt(spec, "behavior");
  for (const key of ["scaleUp", "scaleDown"])
    findings.push(...validateRules(mapAt(behavior, key), `spec.behavior.${key}`));
  return findings;
};

/** A target that stays may keep an apiVersion that would no longer be let in. */
const targetCheck = (spec: ValueMap | undefined, before: ValueMap | undefined): VersionCheck => {
  const [target, old] = [mapAt(spec, "scaleTargetRef"), mapAt(before, "scaleTargetRef")];
  const same = ["apiVersion", "kind"].every((key) => textAt(target, key) === textAt(old, key));
  if (before !== undefined && same) return "unchecked";
  return textAt(target, "kind") === "ReplicationController" ? "any group" : "needs a group";
};

const validateMetrics = (
  spec: ValueMap | undefined,
  before: ValueMap | undefined,
  min: number | undefined,
): Findings => {
  const hadBadVersion = mapsAt(before, "metrics").some(
    (metric) =>
      metric["type"] === "Object" &&
      versionProblem(textAt(mapIn(metric, "object", "describedObject"), "apiVersion"), "any group") !== undefined,
  );
  const metrics = mapsAt(spec, "metrics");
  const findings = metrics.flatMap((metric, index) => validateMetric(metric, `spec.metrics[${index}]`, !hadBadVersion));
  const canReachZero = metrics.some((metric) => ["Object", "External"].includes(textAt(metric, "type")));
  return min === 0 && !canReachZero
    ? [
        ...findings,
        forbidden(
          "spec.metrics",
          "must specify at least one Object or External metric to support scaling to zero replicas",
        ),
      ]
    : findings;
};

const SELECT_POLICIES = ["Disabled", "Max", "Min"];

const validateRules = (rules: ValueMap | undefined, field: string): Findings => {
  if (rules === undefined) return [];
  const window = numberAt(rules, "stabilizationWindowSeconds");
  const policies = mapsAt(rules, "policies");
  const tolerance = textAt(rules, "tolerance");
  const findings: FieldError[] = [];
  const at = `${field}.stabilizationWindowSeconds`;
  if (window !== undefined && window < 0) findings.push(invalid(at, window, "must be greater than or equal to zero"));
  if (window !== undefined && window > 3600) findings.push(invalid(at, window, "must be less than or equal to 3600"));
  if (isPresent(rules, "selectPolicy") && !SELECT_POLICIES.includes(textAt(rules, "selectPolicy")))
    findings.push(unsupported(`${field}.selectPolicy`, textAt(rules, "selectPolicy"), SELECT_POLICIES));
  if (policies.length === 0) findings.push(required(`${field}.policies`, "must specify at least one Policy"));
  findings.push(...policies.flatMap((policy, index) => validatePolicy(policy, `${field}.policies[${index}]`)));
  if (isPresent(rules, "tolerance") && signOf(parseQuantity(tolerance)) < 0)
    findings.push(invalid(`${field}.tolerance`, tolerance, NOT_NEGATIVE));
  return findings;
};

const validatePolicy = (policy: ValueMap, field: string): Findings => {
  const type = textAt(policy, "type");
  const [value, period] = [numberAt(policy, "value") ?? 0, numberAt(policy, "periodSeconds") ?? 0];
  return [
    ...(type === "Pods" || type === "Percent" ? [] : [unsupported(`${field}.type`, type, ["Percent", "Pods"])]),
    ...(value <= 0 ? [invalid(`${field}.value`, value, "must be greater than zero")] : []),
    ...(period <= 0 ? [invalid(`${field}.periodSeconds`, period, "must be greater than zero")] : []),
    ...(period > 1800 ? [invalid(`${field}.periodSeconds`, period, "must be less than or equal to 1800")] : []),
  ];
};

export const validateAutoscalerStatus = (object: LiveObject): Findings =>
  ["currentReplicas", "desiredReplicas"].flatMap((key) =>
    nonNegative(numberAt(mapAt(object, "status"), key), `status.${key}`),
  );
