import type { ValueMap } from "../../../json.ts";
import { forbidden, invalid, required } from "../../field-error.ts";
import type { FieldError } from "../../field-error.ts";
import { pathSegment } from "../../validation/names.ts";
import { parseQuantity, signOf } from "../../validation/quantity.ts";
import { dnsLabelAt, type Findings, invalidFor, unsupported } from "../findings.ts";
import { isPresent, mapAt, numberAt, textAt } from "../reading.ts";
import { validateResourceName } from "../resource-names.ts";
import { validateReference } from "./reference-validation.ts";

const TYPES = ["ContainerResource", "External", "Object", "Pods", "Resource"];
const FIELD_OF: Readonly<Record<string, string>> = {
  Object: "object",
  Pods: "pods",
  Resource: "resource",
  External: "external",
  ContainerResource: "containerResource",
};

/** One metric of an autoscaler: a type, and the one source of that type. */
export const validateMetric = (metric: ValueMap, field: string, checkVersion: boolean): Findings => {
  const type = textAt(metric, "type");
  const findings: FieldError[] = [];
  if (type === "") findings.push(required(`${field}.type`, "must specify a metric source type"));
  if (!TYPES.includes(type)) findings.push(unsupported(`${field}.type`, type, TYPES));
  const present = SOURCES.filter(([key]) => mapAt(metric, key) !== undefined);
  const [first] = present;
  if (first !== undefined) {
    const [key, validate] = first;
    findings.push(...validate(mapAt(metric, key) ?? {}, `${field}.${key}`, checkVersion));
  }
  const expected = FIELD_OF[type];
  if (expected === undefined) findings.push(unsupported(`${field}.type`, type, TYPES));
  else if (mapAt(metric, expected) === undefined)
    findings.push(required(`${field}.${expected}`, "must populate information for the given metric source"));
  if (present.length !== 1)
    for (const [key] of present)
      if (key !== expected) findings.push(forbidden(`${field}.${key}`, "must populate the given metric source only"));
  return findings;
};

const validateIdentifier = (source: ValueMap, field: string): Findings => {
  const name = textAt(mapAt(source, "metric"), "name");
  return name === ""
    ? [required(`${field}.metric.name`, "must specify a metric name")]
    : invalidFor(`${field}.metric.name`, name, pathSegment(name, false));
};

const TARGET_TYPES = ["Utilization", "Value", "AverageValue"];

const validateTarget = (source: ValueMap, path: string): Findings => {
  const target = mapAt(source, "target");
  const field = `${path}.target`;
  const type = textAt(target, "type");
  const utilization = numberAt(target, "averageUtilization");
  const findings: FieldError[] = type === "" ? [required(`${field}.type`, "must specify a metric target type")] : [];
  if (!TARGET_TYPES.includes(type))
    findings.push(invalid(`${field}.type`, type, "must be either Utilization, Value, or AverageValue"));
  for (const key of ["value", "averageValue"]) {
    const amount = textAt(target, key);
    if (isPresent(target, key) && signOf(parseQuantity(amount)) !== 1)
      findings.push(invalid(`${field}.${key}`, amount, "must be positive"));
  }
  if (utilization !== undefined && utilization < 1)
    findings.push(invalid(`${field}.averageUtilization`, utilization, "must be greater than 0"));
  return findings;
};

const has = (source: ValueMap, key: string): boolean => isPresent(mapAt(source, "target"), key);

type Validate = (source: ValueMap, field: string, checkVersion: boolean) => Findings;

const validateObject: Validate = (source, field, checkVersion) => [
  ...validateReference(
    mapAt(source, "describedObject"),
    `${field}.describedObject`,
    checkVersion ? "any group" : "unchecked",
  ),
  ...validateIdentifier(source, field),
  ...validateTarget(source, field),
  ...(has(source, "value") || has(source, "averageValue")
    ? []
    : [required(`${field}.target.averageValue`, "must set either a target value or averageValue")]),
];

const validateExternal: Validate = (source, field) => [
  ...validateIdentifier(source, field),
  ...validateTarget(source, field),
  ...(has(source, "value") || has(source, "averageValue")
    ? []
    : [required(`${field}.target.averageValue`, "must set either a target value for metric or a per-pod target")]),
  ...(has(source, "value") && has(source, "averageValue")
    ? [forbidden(`${field}.target.value`, "may not set both a target value for metric and a per-pod target")]
    : []),
];

const validatePods: Validate = (source, field) => [
  ...validateIdentifier(source, field),
  ...validateTarget(source, field),
  ...(has(source, "averageValue")
    ? []
    : [required(`${field}.target.averageValue`, "must specify a positive target averageValue")]),
];

const validateShare: Validate = (source, field) => [
  ...validateTarget(source, field),
  ...(has(source, "averageUtilization") || has(source, "averageValue")
    ? []
    : [required(`${field}.target.averageUtilization`, "must set either a target raw value or a target utilization")]),
  ...(has(source, "averageUtilization") && has(source, "averageValue")
    ? [forbidden(`${field}.target.averageValue`, "may not set both a target raw value and a target utilization")]
    : []),
];

const validateResource: Validate = (source, field, checkVersion) => [
  ...(textAt(source, "name") === "" ? [required(`${field}.name`, "must specify a resource name")] : []),
  ...validateShare(source, field, checkVersion),
];

const validateContainerResource: Validate = (source, field, checkVersion) => {
  const [name, container] = [textAt(source, "name"), textAt(source, "container")];
  return [
    ...(name === ""
      ? [required(`${field}.name`, "must specify a resource name")]
      : validateResourceName(name, `${field}.name`)),
    ...(container === ""
      ? [required(`${field}.container`, "must specify a container")]
      : dnsLabelAt(container, `${field}.container`)),
    ...validateShare(source, field, checkVersion),
  ];
};

/** In the order in which the server looks for them. */
const SOURCES: readonly (readonly [string, Validate])[] = [
  ["object", validateObject],
  ["external", validateExternal],
  ["pods", validatePods],
  ["resource", validateResource],
  ["containerResource", validateContainerResource],
];
