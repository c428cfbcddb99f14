import { isDeepStrictEqual } from "node:util";

import type { LiveObject, ValueMap } from "../../json.ts";
import { cameEmpty } from "../../schema/came-empty.ts";
import { duplicate, type FieldError, invalid, notSupported, ofNamedType, required, tooMany } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { dns1035Label, dnsSubdomain, nameIsDnsSubdomain, qualifiedNameRule } from "../validation/names.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { fieldsOf, isSet, numberOf, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { defaultRules, validateAdmissionRule } from "./admission-rules.ts";
import { deepEqual, firstGeneration, nextGeneration } from "./generation.ts";
import { reservedNameWarnings } from "./reserved-name.ts";
import { defaultServicePort, validateWebhookClient } from "./webhook-client.ts";

const reviewVersions = ["v1", "v1beta1"];
const allSideEffects = ["None", "NoneOnDryRun", "Some", "Unknown"];
const noSideEffects = ["None", "NoneOnDryRun"];

/** What is checked: less on update, where the stored object has it wrong already. */
interface Checks {
  readonly sideEffects: readonly string[];
  readonly knownReviewVersion: boolean;
  readonly uniqueNames: boolean;
  readonly invalidValues: boolean;
  readonly matchConditions: boolean;
}

const strict: Checks = {
  sideEffects: noSideEffects,
  knownReviewVersion: true,
  uniqueNames: true,
  invalidValues: false,
  matchConditions: true,
};

const hooksOf = (object: LiveObject): readonly ValueMap[] => structsOf(object["webhooks"]);
const selectors = ["namespaceSelector", "objectSelector"];

const checksAfter = (object: LiveObject, old: LiveObject): Checks => {
  const hooks = hooksOf(old);
  const names = hooks.map((hook) => textOf(hook["name"]));
  const next = hooksOf(object);
  const conditions = (hook: ValueMap | undefined): readonly ValueMap[] => structsOf(hook?.["matchConditions"]);
  return {
    sideEffects: hooks.every((hook) => noSideEffects.includes(textOf(hook["sideEffects"])))
      ? noSideEffects
      : allSideEffects,
    knownReviewVersion: hooks.every((hook) => {
      const versions = textsOf(hook["admissionReviewVersions"]);
      return versions.length === 0 || versions.some((version) => reviewVersions.includes(version));
    }),
    uniqueNames: new Set(names).size === names.length,
    invalidValues: hooks.some((hook) =>
      selectors.some((selector) => validateLabelSelector(hook[selector], "").length > 0),
    ),
    matchConditions: !(
      next.length === hooks.length &&
      hooks.every((hook, index) => isDeepStrictEqual(conditions(hook), conditions(next[index])))
    ),
  };
};

/** At least three segments: `policy.example.com`. */
const validateHookName = (name: string, field: string): readonly FieldError[] => {
  if (name === "") return [required(field)];
  const errors = dnsSubdomain(name);
  if (errors.length > 0) return [invalid(field, name, errors.join(","))];
  return name.split(".").length < 3
    ? [invalid(field, name, "should be a domain with at least three segments separated by dots")]
    : [];
};

/** The structure only: expressions are not compiled. */
export const validateMatchConditions = (conditions: readonly ValueMap[], field: string): readonly FieldError[] => {
  const names = conditions.map((condition) => textOf(condition["name"]));
  return [
    ...(conditions.length > 64 ? [tooMany(field, conditions.length, 64)] : []),
    ...conditions.flatMap((condition, index) => {
      const name = names[index] ?? "";
      const at = `${field}[${index}]`;
      const repeated = name !== "" && names.indexOf(name) < index;
      return [
        ...(textOf(condition["expression"]).trim() === "" ? [required(`${at}.expression`)] : []),
        ...(name === ""
          ? [required(`${at}.name`)]
          : qualifiedNameRule(name).map((text) => invalid(`${at}.name`, name, text))),
        ...(repeated ? [duplicate(`${at}.name`, name)] : []),
      ];
    }),
  ];
};

const oneOf = (hook: ValueMap, key: string, allowed: readonly string[], field: string): readonly FieldError[] =>
  isSet(hook[key]) && !allowed.includes(textOf(hook[key]))
    ? [ofNamedType(notSupported(`${field}.${key}`, hook[key], allowed))]
    : [];

const validateHook = (hook: ValueMap, field: string, checks: Checks): readonly FieldError[] => {
  const timeout = hook["timeoutSeconds"];
  const seconds = numberOf(timeout);
  return [
    ...validateHookName(textOf(hook["name"]), `${field}.name`),
    ...structsOf(hook["rules"]).flatMap((rule, index) => validateAdmissionRule(rule, `${field}.rules[${index}]`)),
    ...oneOf(hook, "failurePolicy", ["Fail", "Ignore"], field),
    ...oneOf(hook, "matchPolicy", ["Equivalent", "Exact"], field),
    ...(isSet(hook["sideEffects"])
      ? oneOf(hook, "sideEffects", checks.sideEffects, field)
      : [required(`${field}.sideEffects`, `must specify one of ${checks.sideEffects.join(", ")}`)]),
    ...(isSet(timeout) && (seconds > 30 || seconds < 1)
      ? [invalid(`${field}.timeoutSeconds`, timeout, "the timeout value must be between 1 and 30 seconds")]
      : []),
    ...selectors.flatMap((key) =>
      validateLabelSelector(hook[key], `${field}.${key}`, { invalidValues: checks.invalidValues }),
    ),
    ...oneOf(hook, "reinvocationPolicy", ["IfNeeded", "Never"], field),
    ...validateWebhookClient(fieldsOf(hook["clientConfig"]), `${field}.clientConfig`),
    ...(checks.matchConditions
      ? validateMatchConditions(structsOf(hook["matchConditions"]), `${field}.matchConditions`)
      : []),
  ];
};

const validateReviewVersions = (hook: ValueMap, field: string, checks: Checks): readonly FieldError[] => {
  const versions = textsOf(hook["admissionReviewVersions"]);
  if (versions.length === 0) return [required(field, `must specify one of ${reviewVersions.join(", ")}`)];
  const errors = versions.flatMap((version, index) => {
    const at = `${field}[${index}]`;
    if (versions.indexOf(version) < index) return [invalid(at, version, "duplicate version")];
    return dns1035Label(version).map((text) => invalid(at, version, text));
  });
  return checks.knownReviewVersion && !versions.some((version) => reviewVersions.includes(version))
    ? [...errors, invalid(field, [...versions], `must include at least one of ${reviewVersions.join(", ")}`)]
    : errors;
};

const validate = (object: LiveObject, checks: Checks): readonly FieldError[] => {
  const names = new Set<string>();
  const errors = [...validateObjectMeta(object, false, nameIsDnsSubdomain)];
  for (const [index, hook] of hooksOf(object).entries()) {
    const at = `webhooks[${index}]`;
    const name = textOf(hook["name"]);
    errors.push(
      ...validateHook(hook, at, checks),
      ...validateReviewVersions(hook, `${at}.admissionReviewVersions`, checks),
    );
    if (checks.uniqueNames && name !== "" && names.has(name)) errors.push(duplicate(`${at}.name`, name));
    names.add(name);
  }
  return errors;
};

const defaultHook = (hook: ValueMap, mutating: boolean): void => {
  const defaults: readonly (readonly [string, ValueMap[string]])[] = [
    ["failurePolicy", "Fail"],
    ["matchPolicy", "Equivalent"],
    ["namespaceSelector", {}],
    ["objectSelector", {}],
    ["timeoutSeconds", 10],
    ...(mutating ? [["reinvocationPolicy", "Never"] as const] : []),
  ];
  for (const [field, value] of defaults) if (!isSet(hook[field])) hook[field] = value;
  defaultRules(hook["rules"]);
  defaultServicePort(fieldsOf(hook["clientConfig"]));
};

const webhookConfiguration = (mutating: boolean): KindStrategy => ({
  validatesMetadata: true,
  applyDefaults: (object) => {
    for (const hook of hooksOf(object)) defaultHook(hook, mutating);
  },
  prepareForCreate: firstGeneration,
  prepareForUpdate: (object, old) =>
    nextGeneration(object, old, cameEmpty(object, "webhooks") || !deepEqual(object["webhooks"], old["webhooks"])),
  validateCreate: (object) => validate(object, strict),
  validateUpdate: (object, old) => validate(object, checksAfter(object, old)),
  warnings: reservedNameWarnings,
  allowUnconditionalUpdate: false,
});

export const validatingWebhookConfiguration = webhookConfiguration(false);
export const mutatingWebhookConfiguration = webhookConfiguration(true);
