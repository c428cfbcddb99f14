import type { Value, ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { qualifiedNameRule } from "../validation/names.ts";
import { type Findings, invalidFor, nonNegative, tooLong, tooMany, unsupported } from "./findings.ts";
import { readIndexes } from "./job-indexes.ts";
import { isPresent, mapAt, mapIn, mapsAt, numberAt, textAt } from "./reading.ts";

const ACTIONS = ["Count", "FailIndex", "FailJob", "Ignore"];
const OPERATORS = ["In", "NotIn"];
const STATUSES = ["False", "True", "Unknown"];

const quoted = (values: readonly string[]): string =>
  `valid values: [${values.map((value) => JSON.stringify(value)).join(" ")}]`;

/** Neither value nor null is printed. */
const plainInvalid = (field: string, detail: string): FieldError => ({ type: "FieldValueInvalid", field, detail });

const oneOf = (value: string, field: string, allowed: readonly string[]): Findings => {
  if (value === "") return [required(field, quoted(allowed))];
  return allowed.includes(value) ? [] : [unsupported(field, value, allowed)];
};

export const validatePodFailurePolicy = (spec: ValueMap | undefined, field: string): Findings => {
  const rules = mapsAt(mapAt(spec, "podFailurePolicy"), "rules");
  const podSpec = mapIn(spec, "template", "spec");
  const names = ["containers", "initContainers"].flatMap((list) =>
    mapsAt(podSpec, list).map((container) => textAt(container, "name")),
  );
  return [
    ...(rules.length > 20 ? [tooMany(`${field}.rules`, rules.length, 20)] : []),
    ...rules.flatMap((rule, index) => validateRule(spec, rule, names, `${field}.rules[${index}]`)),
  ];
};

const validateRule = (
  spec: ValueMap | undefined,
  rule: ValueMap,
  names: readonly string[],
  field: string,
): Findings => {
  const action = textAt(rule, "action");
  const codes = mapAt(rule, "onExitCodes");
  const conditions = mapsAt(rule, "onPodConditions");
  const findings: FieldError[] = [...oneOf(action, `${field}.action`, ACTIONS)];
  if (action === "FailIndex" && !isPresent(spec, "backoffLimitPerIndex"))
    findings.push(invalid(`${field}.action`, action, "requires the backoffLimitPerIndex to be set"));
  if (codes !== undefined) findings.push(...validateExitCodes(codes, names, `${field}.onExitCodes`));
  const at = `${field}.onPodConditions`;
  if (conditions.length > 20) findings.push(tooMany(at, conditions.length, 20));
  for (const [index, pattern] of conditions.entries()) {
    const type = textAt(pattern, "type");
    findings.push(...invalidFor(`${at}[${index}].type`, type, qualifiedNameRule(type)));
    findings.push(...oneOf(textAt(pattern, "status"), `${at}[${index}].status`, STATUSES));
  }
  if (codes !== undefined && conditions.length > 0)
    findings.push(plainInvalid(field, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (codes === undefined && conditions.length === 0)
    findings.push(plainInvalid(field, "specifying one of OnExitCodes and OnPodConditions is required"));
  return findings;
};

const validateExitCodes = (codes: ValueMap, names: readonly string[], field: string): Findings => {
  const operator = textAt(codes, "operator");
  const raw = codes["values"];
  const values = (Array.isArray(raw) ? raw : []).map(Number);
  const printedValues: Value = Array.isArray(raw) ? raw : null;
  const name = textAt(codes, "containerName");
  const findings: FieldError[] = [...oneOf(operator, `${field}.operator`, OPERATORS)];
  if (isPresent(codes, "containerName") && !names.includes(name))
    findings.push(
      invalid(
        `${field}.containerName`,
        name,
        "must be one of the container or initContainer names in the pod template",
      ),
    );
  const at = `${field}.values`;
  if (values.length === 0) findings.push(invalid(at, printedValues, "at least one value is required"));
  else if (values.length > 255) findings.push(tooMany(at, values.length, 255));
  for (const [index, value] of values.entries()) {
    if (operator === "In" && value === 0)
      findings.push(invalid(`${at}[${index}]`, value, "must not be 0 for the In operator"));
    if (values.indexOf(value) < index) findings.push(duplicate(`${at}[${index}]`, value));
  }
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value))
    findings.push(invalid(at, printedValues, "must be ordered"));
  return findings;
};

export const validateSuccessPolicy = (spec: ValueMap | undefined, field: string): Findings => {
  const policy = mapAt(spec, "successPolicy");
  if (policy === undefined) return [];
  const rules = mapsAt(policy, "rules");
  if (textAt(spec, "completionMode") !== "Indexed") {
    const told = rules.map((rule) => ({
      SucceededIndexes: rule["succeededIndexes"] ?? null,
      SucceededCount: rule["succeededCount"] ?? null,
    }));
    return [
      invalid(field, { Rules: Array.isArray(policy["rules"]) ? told : null }, "requires indexed completion mode"),
    ];
  }
  const at = `${field}.rules`;
  return [
    ...(rules.length === 0
      ? [required(at, "at least one rules must be specified when the successPolicy is specified")]
      : []),
    ...(rules.length > 20 ? [tooMany(at, rules.length, 20)] : []),
    ...rules.flatMap((rule, index) => validateSuccessRule(rule, numberAt(spec, "completions") ?? 0, `${at}[${index}]`)),
  ];
};

const validateSuccessRule = (rule: ValueMap, completions: number, field: string): Findings => {
  const count = numberAt(rule, "succeededCount");
  const indexes = isPresent(rule, "succeededIndexes") ? textAt(rule, "succeededIndexes") : undefined;
  const findings: FieldError[] = [];
  if (count === undefined && indexes === undefined)
    findings.push(required(field, "at least one of succeededCount or succeededIndexes must be specified"));
  const at = `${field}.succeededIndexes`;
  const read = indexes === undefined ? { total: 0 } : readIndexes(indexes, completions);
  if (indexes !== undefined && indexes.length > 65_536) findings.push(tooLong(at, 65_536));
  if (indexes !== undefined && "problem" in read)
    findings.push(invalid(at, indexes, `error parsing succeededIndexes: ${read.problem}`));
  if (count === undefined) return findings;
  const countField = `${field}.succeededCount`;
  const total = "total" in read ? read.total : 0;
  const atMost = (limit: number, of: string): Findings =>
    count > limit ? [invalid(countField, count, `must be less than or equal to ${limit} (${of})`)] : [];
  return [
    ...findings,
    ...nonNegative(count, countField),
    ...atMost(completions, "the number of specified completions"),
    ...(indexes === undefined ? [] : atMost(total, "the number of indexes in the specified succeededIndexes field")),
  ];
};
