import type { LiveObject, ValueMap } from "../../json.ts";
import { forbidden, invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { type Findings, immutable, nonNegative, unsupported } from "./findings.ts";
import { mapAt, numberAt, textAt } from "./reading.ts";
import { atMostAll, countOrPercent, plainValue, validateCountOrPercent } from "./rollout-validation.ts";
import { printedSelector } from "./selector.ts";
import {
  matchTemplate,
  mismatch,
  validateRequiredSelector,
  validateStandingTemplate,
  validateTemplate,
} from "./template-validation.ts";

export const validateDeployment = (object: LiveObject): Findings => {
  const spec = mapAt(object, "spec");
  const deadline = numberAt(spec, "progressDeadlineSeconds");
  const minReady = numberAt(spec, "minReadySeconds") ?? 0;
  const findings: FieldError[] = [
    ...nonNegative(numberAt(spec, "replicas"), "spec.replicas"),
    ...validateSelectedTemplate(spec, "spec"),
    ...validateStrategy(mapAt(spec, "strategy"), "spec.strategy"),
    ...nonNegative(minReady, "spec.minReadySeconds"),
    ...nonNegative(numberAt(spec, "revisionHistoryLimit"), "spec.revisionHistoryLimit"),
    ...nonNegative(deadline, "spec.progressDeadlineSeconds"),
  ];
  if (deadline !== undefined && deadline <= minReady)
    findings.push(invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  return findings;
};

/** Selector and template of a Deployment or a ReplicaSet, which the server words alike. */
export const validateSelectedTemplate = (spec: ValueMap | undefined, field: string): Findings => {
  const [selector, template] = [mapAt(spec, "selector"), mapAt(spec, "template")];
  const findings: FieldError[] = [...validateRequiredSelector(spec, "deployment", `${field}.selector`)];
  const match = matchTemplate(selector, template);
  if (match === "unreadable")
    return [...findings, invalid(`${field}.selector`, printedSelector(selector), "invalid label selector")];
  if (match === "differs") findings.push(mismatch(template, `${field}.template`));
  return [
    ...findings,
    ...validateTemplate(template, `${field}.template`),
    ...validateStandingTemplate(template, "ReplicaSet", `${field}.template`),
  ];
};

const validateStrategy = (strategy: ValueMap | undefined, field: string): Findings => {
  const type = textAt(strategy, "type");
  const rollingUpdate = mapAt(strategy, "rollingUpdate");
  if (type === "Recreate")
    return rollingUpdate === undefined
      ? []
      : [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  const [unavailable, surge] = [
    countOrPercent(rollingUpdate, "maxUnavailable"),
    countOrPercent(rollingUpdate, "maxSurge"),
  ];
  if (type !== "RollingUpdate") {
    const told = rollingUpdate === undefined ? null : { MaxUnavailable: unavailable, MaxSurge: surge };
    return [unsupported(field, { Type: type, RollingUpdate: told }, ["Recreate", "RollingUpdate"])];
  }
  const at = `${field}.rollingUpdate`;
  return [
    ...validateCountOrPercent(unavailable, `${at}.maxUnavailable`),
    ...validateCountOrPercent(surge, `${at}.maxSurge`),
    ...(plainValue(unavailable) === 0 && plainValue(surge) === 0
      ? [invalid(`${at}.maxUnavailable`, unavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
    ...atMostAll(unavailable, `${at}.maxUnavailable`),
  ];
};

/** A selector stays what it was: the pods found by the old one would be left alone. */
export const keepSelector = (object: LiveObject, old: LiveObject): Findings => {
  const selector = mapAt(mapAt(object, "spec"), "selector");
  return immutable(selector, mapAt(mapAt(old, "spec"), "selector"), "spec.selector", printedSelector(selector));
};
