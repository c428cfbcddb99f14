import type { LiveObject, ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { type Findings, nonNegative, unsupported } from "./findings.ts";
import { mapAt, numberAt, textAt } from "./reading.ts";
import { atMostAll, countOrPercent, plainValue, validateCountOrPercent } from "./rollout-validation.ts";
import { printedSelector } from "./selector.ts";
import {
  isEmptySelector,
  matchTemplate,
  mismatch,
  validateStandingTemplate,
  validateTemplate,
} from "./template-validation.ts";

export const validateDaemonSet = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const [selector, template] = [mapAt(spec, "selector"), mapAt(spec, "template")];
  const findings: FieldError[] = [...validateLabelSelector(selector, "spec.selector")];
  if (matchTemplate(selector, template) === "differs") findings.push(mismatch(template, "spec.template"));
  if (selector !== undefined && isEmptySelector(selector))
    findings.push(invalid("spec.selector", printedSelector(selector), "empty selector is invalid for daemonset"));
  return [
    ...findings,
    ...validateTemplate(template, "spec.template"),
    ...validateStandingTemplate(template, "DaemonSet", "spec.template"),
    ...nonNegative(numberAt(spec, "minReadySeconds"), "spec.minReadySeconds"),
    ...validateUpdateStrategy(mapAt(spec, "updateStrategy"), "spec.updateStrategy"),
    ...nonNegative(numberAt(spec, "revisionHistoryLimit"), "spec.revisionHistoryLimit"),
  ];
};

const validateUpdateStrategy = (strategy: ValueMap | undefined, field: string): Findings => {
  const type = textAt(strategy, "type");
  const rollingUpdate = mapAt(strategy, "rollingUpdate");
  if (type === "OnDelete") return [];
  const at = `${field}.rollingUpdate`;
  const [unavailable, surge] = [
    countOrPercent(rollingUpdate, "maxUnavailable"),
    countOrPercent(rollingUpdate, "maxSurge"),
  ];
  if (type !== "RollingUpdate") {
    const told = rollingUpdate === undefined ? null : { MaxUnavailable: unavailable, MaxSurge: surge };
    return [unsupported(field, { Type: type, RollingUpdate: told }, ["RollingUpdate", "OnDelete"])];
  }
  if (rollingUpdate === undefined) return [required(at)];
  const findings: FieldError[] = [
    ...validateCountOrPercent(unavailable, `${at}.maxUnavailable`),
    ...validateCountOrPercent(surge, `${at}.maxSurge`),
    ...atMostAll(unavailable, `${at}.maxUnavailable`),
    ...atMostAll(surge, `${at}.maxSurge`),
  ];
  const [hasUnavailable, hasSurge] = [plainValue(unavailable) !== 0, plainValue(surge) !== 0];
  if (hasUnavailable && hasSurge)
    findings.push(invalid(`${at}.maxSurge`, surge, "may not be set when maxUnavailable is non-zero"));
  if (!hasUnavailable && !hasSurge) findings.push(required(`${at}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
  return findings;
};
