import type { ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { type Findings, invalidFor, nonNegative, tooLong, unsupported } from "./findings.ts";
import { validatePodFailurePolicy, validateSuccessPolicy } from "./job-policy-validation.ts";
import { isPresent, mapAt, numberAt, textAt } from "./reading.ts";
import { validateTemplate } from "./template-validation.ts";

const COUNTS = [
  "parallelism",
  "completions",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
  "backoffLimitPerIndex",
  "maxFailedIndexes",
];

/** A Job's spec without its selector: what a Job and a CronJob's template share. */
export const validateJobSpec = (spec: ValueMap | undefined, field: string): Findings => {
  const findings: FieldError[] = COUNTS.flatMap((key) => [...nonNegative(numberAt(spec, key), `${field}.${key}`)]);
  if (isPresent(spec, "maxFailedIndexes") && !isPresent(spec, "backoffLimitPerIndex"))
    findings.push(required(`${field}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  if (isPresent(spec, "managedBy"))
    findings.push(...validateManagedBy(textAt(spec, "managedBy"), `${field}.managedBy`));
  findings.push(...validateCompletionMode(spec, field));
  if (mapAt(spec, "podFailurePolicy") !== undefined)
    findings.push(...validatePodFailurePolicy(spec, `${field}.podFailurePolicy`));
  findings.push(...validateSuccessPolicy(spec, `${field}.successPolicy`));
  findings.push(...validateReplacement(spec, `${field}.podReplacementPolicy`));
  findings.push(...validateTemplate(mapAt(spec, "template"), `${field}.template`));
  return [...findings, ...validateRestart(spec, `${field}.template.spec.restartPolicy`)];
};

const PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

const validateManagedBy = (managedBy: string, field: string): Findings => {
  const slash = managedBy.indexOf("/");
  const [host, path] = [managedBy.slice(0, slash), managedBy.slice(slash + 1)];
  const findings: FieldError[] = [];
  if (managedBy === "") findings.push(required(field));
  else if (slash <= 0 || path === "")
    findings.push(invalid(field, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else {
    findings.push(...invalidFor(field, host, dnsSubdomain(host)));
    if (!new RegExp(`^${PATH}$`).test(path))
      findings.push(invalid(field, path, `Invalid path (regex used for validation is '${PATH}')`));
  }
  return managedBy.length > 63 ? [...findings, tooLong(field, 63)] : findings;
};

const MODES = ["NonIndexed", "Indexed"];

const validateCompletionMode = (spec: ValueMap | undefined, field: string): Findings => {
  const mode = textAt(spec, "completionMode");
  const [completions, parallelism] = [numberAt(spec, "completions"), numberAt(spec, "parallelism")];
  const [perIndex, maxFailed] = [numberAt(spec, "backoffLimitPerIndex"), numberAt(spec, "maxFailedIndexes")];
  const findings: FieldError[] = [];
  if (isPresent(spec, "completionMode") && !MODES.includes(mode))
    findings.push(unsupported(`${field}.completionMode`, mode, MODES));
  if (mode === "Indexed") {
    if (completions === undefined) findings.push(required(`${field}.completions`, "when completion mode is Indexed"));
    const atMost = (key: string, value: number | undefined, limit: number, tail: string): void => {
      if (value !== undefined && value > limit)
        findings.push(invalid(`${field}.${key}`, value, `must be less than or equal to ${tail}`));
    };
    atMost("parallelism", parallelism, 100_000, "100000 when completion mode is Indexed");
    if (completions !== undefined) atMost("maxFailedIndexes", maxFailed, completions, "completions");
    atMost("maxFailedIndexes", maxFailed, 100_000, "100000");
    if (completions !== undefined && completions > 100_000 && perIndex !== undefined) {
      const tail = "10000 when completions are above 100000 and used with backoff limit per index";
      if (maxFailed === undefined)
        findings.push(required(`${field}.maxFailedIndexes`, "must be specified when completions is above 100000"));
      atMost("parallelism", parallelism, 10_000, tail);
      atMost("maxFailedIndexes", maxFailed, 10_000, tail);
    }
  }
  if (!isPresent(spec, "completionMode") || mode === "NonIndexed")
    for (const [key, value] of [
      ["backoffLimitPerIndex", perIndex],
      ["maxFailedIndexes", maxFailed],
    ] as const)
      if (value !== undefined) findings.push(invalid(`${field}.${key}`, value, "requires indexed completion mode"));
  return findings;
};

const validateReplacement = (spec: ValueMap | undefined, field: string): Findings => {
  if (!isPresent(spec, "podReplacementPolicy")) return [];
  const policy = textAt(spec, "podReplacementPolicy");
  const allowed = mapAt(spec, "podFailurePolicy") === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  return allowed.includes(policy) ? [] : [unsupported(field, policy, allowed)];
};

/** A Job's pods end: one that is always restarted never would. */
const validateRestart = (spec: ValueMap | undefined, field: string): Findings => {
  const policy = textAt(mapAt(mapAt(spec, "template"), "spec"), "restartPolicy");
  if (policy === "Always" || policy === "") return [required(field, 'valid values: "OnFailure", "Never"')];
  if (policy !== "OnFailure" && policy !== "Never") return [unsupported(field, policy, ["OnFailure", "Never"])];
  return mapAt(spec, "podFailurePolicy") !== undefined && policy !== "Never"
    ? [invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
};
