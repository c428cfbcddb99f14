import { isMap, type LiveObject, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, invalid, ofNamedType, required } from "../field-error.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { stringEntries } from "../validation/labels.ts";
import { mustNotBeNegative } from "../validation/name-texts.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { compareQuantities, formatQuantity, milliValue, parseQuantity, signOf } from "../validation/quantity.ts";
import { fieldsOf, structsOf, textOf, textsOf } from "../validation/read-value.ts";
import { roundResourceList } from "../validation/resource-list.ts";
import { isIntegerResource, isStandardQuotaResource, validateQuotaResourceName } from "../validation/resource-names.ts";
import { keepStored } from "./keep-stored.ts";

const podCompute = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
/** What each scope can count. */
const countable: Readonly<Record<string, readonly string[]>> = {
  Terminating: ["pods", ...podCompute],
  NotTerminating: ["pods", ...podCompute],
  NotBestEffort: ["pods", ...podCompute],
  PriorityClass: ["pods", ...podCompute],
  CrossNamespacePodAffinity: ["pods", ...podCompute],
  BestEffort: ["pods"],
  VolumeAttributesClass: ["persistentvolumeclaims", "requests.storage"],
};
const pairs = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;
const existsOnly = ["BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity"];

const validateAmounts = (amounts: Value | undefined, field: string): readonly FieldError[] =>
  stringEntries(amounts).flatMap(([name, text]) => {
    const at = `${field}[${name}]`;
    const quantity = parseQuantity(text);
    return [
      ...validateQuotaResourceName(name, at),
      ...(signOf(quantity) < 0 ? [invalid(at, formatQuantity(quantity), mustNotBeNegative)] : []),
      ...(isIntegerResource(name) && milliValue(quantity) % 1000n !== 0n
        ? [invalid(at, formatQuantity(quantity), "must be an integer")]
        : []),
    ];
  });

const uncountable = (scope: string, hard: readonly string[]): readonly string[] => {
  const allowed = countable[scope];
  return allowed === undefined ? [] : hard.filter((name) => isStandardQuotaResource(name) && !allowed.includes(name));
};

const conflicting = (scopes: readonly string[], printed: Value): readonly FieldError[] =>
  pairs
    .filter((pair) => pair.every((scope) => scopes.includes(scope)))
    .map(() => invalid("spec.scopes", printed, "conflicting scopes"));

const validateScopes = (spec: Readonly<ValueMap>, hard: readonly string[]): readonly FieldError[] => {
  const scopes = [...textsOf(spec["scopes"])];
  const errors = scopes.flatMap((scope) => [
    ...(countable[scope] === undefined ? [invalid("spec.scopes", scopes, "unsupported scope")] : []),
    ...uncountable(scope, hard).map(() => invalid("spec.scopes", scopes, "unsupported scope applied to resource")),
  ]);
  return [...errors, ...conflicting(scopes, scopes)];
};

/** The Go struct without JSON names, as it is printed. */
const printedSelector = (selector: ValueMap): Value => ({
  MatchExpressions: structsOf(selector["matchExpressions"]).map((expression) => ({
    ScopeName: textOf(expression["scopeName"]),
    Operator: textOf(expression["operator"]),
    Values: Array.isArray(expression["values"]) && expression["values"].length > 0 ? expression["values"] : null,
  })),
});

const validateOperator = (expression: ValueMap, field: string): readonly FieldError[] => {
  const [scope, operator] = [textOf(expression["scopeName"]), textOf(expression["operator"])];
  const values = [...textsOf(expression["values"])];
  const errors: FieldError[] = [];
  const wrong = (text: string): FieldError => ofNamedType(invalid(`${field}.operator`, operator, text));
  if (existsOnly.includes(scope) && operator !== "Exists")
    errors.push(
      wrong(
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      ),
    );
  if (operator === "In" || operator === "NotIn") {
    const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return values.length === 0 ? [...errors, required(`${field}.values`, text)] : errors;
  }
  if (operator !== "Exists" && operator !== "DoesNotExist") return [...errors, wrong("not a valid selector operator")];
  const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
  return values.length === 0 ? errors : [...errors, invalid(`${field}.values`, values, text)];
};

const validateScopeSelector = (spec: Readonly<ValueMap>, hard: readonly string[]): readonly FieldError[] => {
  const selector = spec["scopeSelector"];
  if (!isMap(selector)) return [];
  const field = "spec.scopeSelector.matchExpressions";
  const expressions = structsOf(selector["matchExpressions"]);
  const errors = expressions.flatMap((expression) => {
    const scope = textOf(expression["scopeName"]);
    return [
      ...(countable[scope] === undefined
        ? [ofNamedType(invalid(`${field}.scopeName`, scope, "unsupported scope"))]
        : []),
      ...uncountable(scope, hard).map(() =>
        invalid(field, printedSelector(selector), "unsupported scope applied to resource"),
      ),
      ...validateOperator(expression, field),
    ];
  });
  const scopes = [...textsOf(spec["scopes"])];
  const named = expressions.map((expression) => textOf(expression["scopeName"]));
  return [...errors, ...conflicting(named, scopes.length === 0 ? null : scopes)];
};

const validateSpec = (object: LiveObject): readonly FieldError[] => {
  const spec = fieldsOf(object["spec"]);
  const hard = Object.keys(fieldsOf(spec["hard"])).toSorted();
  return [
    ...validateAmounts(spec["hard"], "spec.hard"),
    ...validateScopes(spec, hard),
    ...validateScopeSelector(spec, hard),
  ];
};

const validateStatus = (object: LiveObject): readonly FieldError[] => {
  const status = fieldsOf(object["status"]);
  return [...validateAmounts(status["hard"], "status.hard"), ...validateAmounts(status["used"], "status.used")];
};

const scopeChange = (object: LiveObject, old: LiveObject): readonly FieldError[] => {
  const scopes = [...textsOf(fieldsOf(object["spec"])["scopes"])];
  const before = new Set(textsOf(fieldsOf(old["spec"])["scopes"]));
  const same = scopes.every((scope) => before.has(scope)) && before.size === new Set(scopes).size;
  return same ? [] : [invalid("spec.scopes", scopes.length === 0 ? null : scopes, "field is immutable")];
};

/** Requests above their limits: allowed, but hardly meant. */
const quotaWarnings = (object: LiveObject): readonly string[] => {
  const hard = fieldsOf(fieldsOf(object["spec"])["hard"]);
  return ["cpu", "memory", "storage", "ephemeral-storage"].flatMap((name) => {
    const short = (name === "cpu" || name === "memory") && Object.hasOwn(hard, name) ? name : undefined;
    const requested = Object.hasOwn(hard, `requests.${name}`) ? `requests.${name}` : short;
    const limits = `limits.${name}`;
    if (requested === undefined || !Object.hasOwn(hard, limits)) return [];
    const [request, limit] = [parseQuantity(textOf(hard[requested])), parseQuantity(textOf(hard[limits]))];
    return compareQuantities(request, limit) > 0
      ? [
          `ResourceQuota ${requested} (${formatQuantity(request)}) should be less than ${limits} (${formatQuantity(limit)})`,
        ]
      : [];
  });
};

export const resourceQuota: KindStrategy = {
  validatesMetadata: true,
  applyDefaults: (object) => {
    roundResourceList(fieldsOf(object["spec"])["hard"]);
    roundResourceList(fieldsOf(object["status"])["hard"]);
    roundResourceList(fieldsOf(object["status"])["used"]);
  },
  prepareForCreate: (object) => {
    object["status"] = {};
  },
  prepareForUpdate: (object, old) => keepStored(object, old, "status"),
  validateCreate: (object) => [
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateSpec(object),
    ...validateStatus(object),
  ],
  validateUpdate: (object, old) => [
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateSpec(object),
    ...scopeChange(object, old),
  ],
  warnings: (object, old) => (old === undefined ? quotaWarnings(object) : []),
  status: {
    prepareForUpdate: (object, old) => keepStored(object, old, "spec"),
    validateUpdate: (object, old) => [...validateCoreObjectMetaUpdate(object, old), ...validateStatus(object)],
  },
  resetFields: { main: [["status"]], status: [["spec"]] },
};
