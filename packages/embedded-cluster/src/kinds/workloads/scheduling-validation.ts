import type { ValueMap } from "../../json.ts";
import { duplicate, forbidden, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { labelValue, validateLabelKey } from "../validation/labels.ts";
import { nameIsDnsLabel, nameIsDnsSubdomain } from "../validation/names.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { type Findings, invalidFor, positive, unsupported } from "./findings.ts";
import { isPresent, mapAt, mapsAt, numberAt, stringsAt, textAt, textsAt } from "./reading.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

export const validateAffinity = (spec: ValueMap, field: string): Findings => {
  const affinity = mapAt(spec, "affinity");
  return [
    ...validateNodeAffinity(mapAt(affinity, "nodeAffinity"), `${field}.nodeAffinity`),
    ...["podAffinity", "podAntiAffinity"].flatMap((name) =>
      validatePodAffinity(mapAt(affinity, name), `${field}.${name}`),
    ),
  ];
};

const validateNodeAffinity = (affinity: ValueMap | undefined, field: string): Findings => {
  const selector = mapAt(affinity, REQUIRED);
  const terms = mapsAt(selector, "nodeSelectorTerms");
  const at = `${field}.${REQUIRED}.nodeSelectorTerms`;
  const findings: FieldError[] = [];
  if (selector !== undefined && terms.length === 0)
    findings.push(required(at, "must have at least one node selector term"));
  findings.push(...terms.flatMap((term, index) => validateNodeTerm(term, `${at}[${index}]`, "strict")));
  for (const [index, term] of mapsAt(affinity, PREFERRED).entries()) {
    const place = `${field}.${PREFERRED}[${index}]`;
    findings.push(...validateWeight(term, place));
    findings.push(...validateNodeTerm(mapAt(term, "preference") ?? {}, `${place}.preference`, "any value"));
  }
  return findings;
};

const validateWeight = (term: ValueMap, field: string): Findings => {
  const weight = numberAt(term, "weight") ?? 0;
  return weight <= 0 || weight > 100 ? [invalid(`${field}.weight`, weight, "must be in the range 1-100")] : [];
};

const validateNodeTerm = (term: ValueMap, field: string, values: "strict" | "any value"): Findings => [
  ...mapsAt(term, "matchExpressions").flatMap((expression, index) =>
    validateNodeExpression(expression, `${field}.matchExpressions[${index}]`, values),
  ),
  ...mapsAt(term, "matchFields").flatMap((expression, index) =>
    validateNodeField(expression, `${field}.matchFields[${index}]`),
  ),
];

const validateNodeExpression = (expression: ValueMap, field: string, strictness: "strict" | "any value"): Findings => {
  const operator = textAt(expression, "operator");
  const values = textsAt(expression, "values");
  const findings: FieldError[] = [];
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0)
      findings.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0)
      findings.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1)
      findings.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else findings.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  findings.push(...validateLabelKey(textAt(expression, "key"), `${field}.key`));
  if (strictness === "strict")
    for (const [index, value] of values.entries())
      findings.push(...invalidFor(`${field}.values[${index}]`, value, labelValue(value)));
  return findings;
};

const validateNodeField = (expression: ValueMap, field: string): Findings => {
  const operator = textAt(expression, "operator");
  const values = textsAt(expression, "values");
  const key = textAt(expression, "key");
  const findings: FieldError[] = [];
  if (operator !== "In" && operator !== "NotIn")
    findings.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  else if (values.length !== 1)
    findings.push(
      required(`${field}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
    );
  if (key !== "metadata.name") findings.push(invalid(`${field}.key`, key, "not a valid field selector key"));
  else
    for (const [index, value] of values.entries())
      findings.push(...invalidFor(`${field}.values[${index}]`, value, nameIsDnsSubdomain(value, false)));
  return findings;
};

const validatePodAffinity = (affinity: ValueMap | undefined, field: string): Findings => [
  ...mapsAt(affinity, REQUIRED).flatMap((term, index) => validatePodTerm(term, `${field}.${REQUIRED}[${index}]`)),
  ...mapsAt(affinity, PREFERRED).flatMap((weighted, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    return [
      ...validateWeight(weighted, at),
      ...validatePodTerm(mapAt(weighted, "podAffinityTerm") ?? {}, `${at}.podAffinityTerm`),
    ];
  }),
];

const validatePodTerm = (term: ValueMap, field: string): Findings => {
  const topologyKey = textAt(term, "topologyKey");
  return [
    ...["labelSelector", "namespaceSelector"].flatMap((key) => validateLabelSelector(term[key], `${field}.${key}`)),
    ...textsAt(term, "namespaces").flatMap((name) =>
      invalidFor(`${field}.namespace`, name, nameIsDnsLabel(name, false)),
    ),
    ...validateMatchKeys(term, field),
    ...(topologyKey === "" ? [required(`${field}.topologyKey`, "can not be empty")] : []),
    ...validateLabelKey(topologyKey, `${field}.topologyKey`),
  ];
};

/** matchLabelKeys and mismatchLabelKeys: label keys beside a selector that does not name them itself. */
const validateMatchKeys = (owner: ValueMap, field: string): Findings => {
  const selector = mapAt(owner, "labelSelector");
  const findings: FieldError[] = [];
  for (const list of ["matchLabelKeys", "mismatchLabelKeys"]) {
    const keys = textsAt(owner, list);
    if (keys.length > 0 && selector === undefined)
      findings.push(forbidden(`${field}.${list}`, "must not be specified when labelSelector is not set"));
    else
      for (const [index, key] of keys.entries()) findings.push(...validateLabelKey(key, `${field}.${list}[${index}]`));
  }
  const matching = textsAt(owner, "matchLabelKeys");
  const named = new Set(Object.keys(stringsAt(selector, "matchLabels")));
  for (const expression of mapsAt(selector, "matchExpressions")) {
    const key = textAt(expression, "key");
    if (named.has(key) && matching.includes(key))
      findings.push(
        invalid(`${field}[${matching.lastIndexOf(key)}]`, key, "exists in both matchLabelKeys and labelSelector"),
      );
    named.add(key);
  }
  const mismatching = textsAt(owner, "mismatchLabelKeys");
  for (const [index, key] of matching.entries())
    if (mismatching.includes(key))
      findings.push(
        invalid(`${field}.matchLabelKeys[${index}]`, key, "exists in both matchLabelKeys and mismatchLabelKeys"),
      );
  return findings;
};

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export const validateTolerations = (spec: ValueMap, field: string): Findings =>
  mapsAt(spec, "tolerations").flatMap((toleration, index) => {
    const at = `${field}[${index}]`;
    const [key, operator, value, effect] = ["key", "operator", "value", "effect"].map((name) =>
      textAt(toleration, name),
    ) as [string, string, string, string];
    const findings: FieldError[] = key === "" ? [] : [...validateLabelKey(key, `${at}.key`)];
    if (key === "" && operator !== "Exists")
      findings.push(
        invalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (isPresent(toleration, "tolerationSeconds") && effect !== "NoExecute")
      findings.push(invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    findings.push(...validateOperator(operator, value, at));
    if (effect !== "" && !EFFECTS.includes(effect)) findings.push(unsupported(`${at}.effect`, effect, EFFECTS));
    return findings;
  });

const validateOperator = (operator: string, value: string, at: string): Findings => {
  const field = `${at}.operator`;
  if (operator === "" || operator === "Equal") {
    const texts = labelValue(value);
    return texts.length === 0 ? [] : [invalid(field, value, texts.join(";"))];
  }
  if (operator === "Exists")
    return value === "" ? [] : [invalid(field, value, "value must be empty when `operator` is 'Exists'")];
  // Comparisons are behind a feature that is off; the server names them all the same.
  if (operator === "Lt" || operator === "Gt") return [unsupported(field, operator, ["Equal", "Exists", "Lt", "Gt"])];
  return [unsupported(field, operator, ["Equal", "Exists"])];
};

const SPREAD_ACTIONS = ["DoNotSchedule", "ScheduleAnyway"];

export const validateSpread = (spec: ValueMap, field: string): Findings => {
  const constraints = mapsAt(spec, "topologySpreadConstraints");
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`;
    const [key, action] = [textAt(constraint, "topologyKey"), textAt(constraint, "whenUnsatisfiable")];
    const minDomains = numberAt(constraint, "minDomains");
    const findings: FieldError[] = [...positive(numberAt(constraint, "maxSkew") ?? 0, `${at}.maxSkew`)];
    if (key === "") findings.push(required(`${at}.topologyKey`, "can not be empty"));
    if (!SPREAD_ACTIONS.includes(action)) findings.push(unsupported(`${at}.whenUnsatisfiable`, action, SPREAD_ACTIONS));
    const repeated = constraints
      .slice(index + 1)
      .some((other) => textAt(other, "topologyKey") === key && textAt(other, "whenUnsatisfiable") === action);
    if (repeated) findings.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${key}, ${action}}`));
    if (minDomains !== undefined) {
      findings.push(...positive(minDomains, `${at}.minDomains`));
      if (action !== "DoNotSchedule")
        findings.push(
          invalid(
            `${at}.minDomains`,
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`,
          ),
        );
    }
    for (const policy of ["nodeAffinityPolicy", "nodeTaintsPolicy"])
      if (isPresent(constraint, policy) && !["Honor", "Ignore"].includes(textAt(constraint, policy)))
        findings.push(unsupported(`${at}.${policy}`, textAt(constraint, policy), ["Honor", "Ignore"]));
    return [
      ...findings,
      ...validateMatchKeys(constraint, at),
      ...validateLabelSelector(constraint["labelSelector"], `${at}.labelSelector`),
    ];
  });
};
