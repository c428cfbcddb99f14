import type { LiveObject } from "../../json.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { byteLength } from "../validation/name-texts.ts";
import { dnsSubdomain, pathSegment, qualifiedNameRule } from "../validation/names.ts";
import { fieldsOf, isSet, textOf } from "../validation/read-value.ts";

const limits = [
  ["reportingInstance", 128, true],
  ["action", 128, true],
  ["reason", 128, true],
  ["message", 1024, false],
] as const;

const mismatched = (namespace: string): FieldError =>
  invalid("involvedObject.namespace", namespace, "does not match event.namespace");

/** An event of the older form: its object must lie in its namespace. */
const validateOld = (namespace: string, about: string): readonly FieldError[] => {
  if (about === "") return namespace === "" || namespace === "default" ? [] : [mismatched(about)];
  return about === namespace ? [] : [mismatched(about)];
};

/** An event with an eventTime must say more of who reports what. */
const validateNew = (
  event: LiveObject,
  namespace: string,
  about: string,
  reporterField: string,
): readonly FieldError[] => {
  const reporter = textOf(event[reporterField]);
  const errors: FieldError[] = [];
  if (about === "" && namespace !== "default" && namespace !== "kube-system") errors.push(mismatched(about));
  if (reporter === "") errors.push(required(reporterField));
  errors.push(...qualifiedNameRule(reporter).map((text) => invalid(reporterField, reporter, text)));
  for (const [field, limit, isRequired] of limits) {
    const value = textOf(event[field]);
    if (isRequired && value === "") errors.push(required(field));
    if (byteLength(value) > limit) errors.push(invalid(field, "", `can have at most ${limit} characters`));
  }
  return errors;
};

/** What both groups check; the field of the reporter has a name in each. */
export const validateEvent = (event: LiveObject, reporterField: string): readonly FieldError[] => {
  const namespace = textOf(event.metadata["namespace"]);
  const about = textOf(fieldsOf(event["involvedObject"])["namespace"]);
  return [
    ...(isSet(event["eventTime"])
      ? validateNew(event, namespace, about, reporterField)
      : validateOld(namespace, about)),
    ...dnsSubdomain(namespace).map((text) => invalid("namespace", namespace, text)),
  ];
};

/** Through `v1` the server checks little of an event, not even its name but for what fits a path. */
export const event: KindStrategy = {
  validatesMetadata: true,
  validateName: pathSegment,
  validateCreate: (object) => validateEvent(object, "reportingComponent"),
  validateUpdate: (object) => validateEvent(object, "reportingComponent"),
  allowCreateOnUpdate: true,
};
