import type { ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { type Findings, tooMany, unsupported } from "./findings.ts";
import { isPresent, mapAt, mapsAt, textAt } from "./reading.ts";

const POLICIES = ["Always", "Never", "OnFailure"];
const ACTIONS = ["Restart", "RestartAllContainers"];
const OPERATORS = ["In", "NotIn"];

/** A container's own restart policy and the rules that need one. */
export const validateRestartRules = (container: ValueMap, path: string): Findings => {
  const rules = mapsAt(container, "restartPolicyRules");
  const policy = textAt(container, "restartPolicy");
  const field = `${path}.restartPolicy`;
  const findings: FieldError[] = [];
  if (!isPresent(container, "restartPolicy")) {
    if (rules.length === 0) return [];
    findings.push(required(field, "must specify restartPolicy when restart rules are used"));
  } else if (!POLICIES.includes(policy)) findings.push(unsupported(field, policy, POLICIES));
  if (rules.length > 20) findings.push(tooMany(`${path}.restartPolicyRules`, rules.length, 20));
  return [...findings, ...rules.flatMap((rule, index) => validateRule(rule, `${path}.restartPolicyRules[${index}]`))];
};

const validateRule = (rule: ValueMap, field: string): Findings => {
  const action = textAt(rule, "action");
  const codes = mapAt(rule, "exitCodes");
  const findings: FieldError[] = ACTIONS.includes(action) ? [] : [unsupported(`${field}.action`, action, ACTIONS)];
  if (codes === undefined) return [...findings, required(`${field}.exitCodes`, "must be specified")];
  const operator = textAt(codes, "operator");
  if (!OPERATORS.includes(operator)) findings.push(unsupported(`${field}.exitCodes.operator`, operator, OPERATORS));
  const values = codes["values"];
  if (Array.isArray(values) && values.length > 255)
    findings.push(tooMany(`${field}.exitCodes.values`, values.length, 255));
  return findings;
};

/** Which resource may change without a restart. */
export const validateResizePolicy = (container: ValueMap, spec: ValueMap, field: string): Findings => {
  const seen = new Set<string>();
  return mapsAt(container, "resizePolicy").flatMap((policy, index) => {
    const [resource, restart] = [textAt(policy, "resourceName"), textAt(policy, "restartPolicy")];
    const findings: FieldError[] = seen.has(resource) ? [duplicate(`${field}[${index}]`, resource)] : [];
    seen.add(resource);
    if (resource === "") findings.push(required(field));
    else if (resource !== "cpu" && resource !== "memory")
      findings.push(unsupported(field, resource, ["cpu", "memory"]));
    if (restart === "") findings.push(required(field));
    else if (restart !== "NotRequired" && restart !== "RestartContainer")
      findings.push(unsupported(field, restart, ["NotRequired", "RestartContainer"]));
    if (spec["restartPolicy"] === "Never" && restart !== "NotRequired")
      findings.push(invalid(field, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
    return findings;
  });
};
