import type { LiveObject } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { validateConditions } from "./condition-validation.ts";
import { type Findings, nonNegative, unsupported } from "./findings.ts";
import { isPresent, mapAt, numberAt, textAt } from "./reading.ts";
import { atMostAll, countOrPercent, validateCountOrPercent } from "./rollout-validation.ts";
import { printedSelector } from "./selector.ts";

const POLICIES = ["AlwaysAllow", "IfHealthyBudget"];

export const validatePodDisruptionBudget = (object: LiveObject, old?: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const findings: FieldError[] = [];
  if (isPresent(spec, "minAvailable") && isPresent(spec, "maxUnavailable")) {
    const told = {
      MinAvailable: spec?.["minAvailable"] ?? null,
      Selector: printedSelector(mapAt(spec, "selector")),
      MaxUnavailable: spec?.["maxUnavailable"] ?? null,
      UnhealthyPodEvictionPolicy: spec?.["unhealthyPodEvictionPolicy"] ?? null,
    };
    findings.push(invalid("spec", told, "minAvailable and maxUnavailable cannot be both set"));
  }
  for (const key of ["minAvailable", "maxUnavailable"])
    if (isPresent(spec, key)) {
      const value = countOrPercent(spec, key);
      findings.push(...validateCountOrPercent(value, `spec.${key}`), ...atMostAll(value, `spec.${key}`));
    }
  const oldSelector = mapAt(mapAt(old, "spec"), "selector");
  const invalidValues = validateLabelSelector(oldSelector, "").length > 0;
  findings.push(...validateLabelSelector(spec?.["selector"], "spec.selector", { invalidValues }));
  const policy = textAt(spec, "unhealthyPodEvictionPolicy");
  if (isPresent(spec, "unhealthyPodEvictionPolicy") && !POLICIES.includes(policy))
    findings.push(unsupported("spec.unhealthyPodEvictionPolicy", policy, POLICIES));
  return findings;
};

export const validatePodDisruptionBudgetStatus = (object: LiveObject): Findings => {
  const status = mapAt(object, "status");
  return [
    ...validateConditions(status, "status.conditions"),
    ...["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"].flatMap((key) =>
      nonNegative(numberAt(status, key), `status.${key}`),
    ),
  ];
};
