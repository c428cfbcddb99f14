import type { LiveObject, Value, ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { dnsLabel, nameIsDnsSubdomain } from "../validation/names.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { type Findings, immutable, printed } from "./findings.ts";
import { keepTemplate } from "./job-template-update.ts";
import { validateJobSpec } from "./job-spec-validation.ts";
import { boolAt, mapAt, mapIn, mapsAt, numberAt, stringsAt, textAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";
import { printedSelector } from "./selector.ts";
import { matchTemplate, mismatch, printedLabels } from "./template-validation.ts";

const UID_LABEL = "batch.kubernetes.io/controller-uid";
const NAME_LABEL = "batch.kubernetes.io/job-name";

/** A Job as a whole, metadata included; `old labels`: those of newer servers need not be there. */
export const validateJob = (object: LiveObject, labels: "all labels" | "old labels" = "all labels"): Findings => {
  const spec = mapAt(object, "spec");
  const completions = numberAt(spec, "completions") ?? 0;
  const findings: FieldError[] = [
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateGenerated(object, labels),
    ...validateSelectedSpec(spec, "spec"),
  ];
  if (spec?.["completionMode"] === "Indexed" && completions > 0) {
    const name = textAt(object.metadata, "name");
    const hostname = `${name}-${completions - 1}`;
    if (dnsLabel(hostname).length > 0)
      findings.push(invalid("metadata.name", name, `will not able to create pod with invalid DNS label: ${hostname}`));
  }
  return findings;
};

/** A generated selector is what the server would have generated. */
const validateGenerated = (object: LiveObject, labels: "all labels" | "old labels"): Findings => {
  const spec = mapAt(object, "spec");
  const selector = mapAt(spec, "selector");
  if (boolAt(spec, "manualSelector") || selector === undefined) return [];
  const [uid, name] = [textAt(object.metadata, "uid"), textAt(object.metadata, "name")];
  const expected: readonly (readonly [string, string])[] = [
    ["controller-uid", uid],
    ["job-name", name],
    ...(labels === "all labels"
      ? ([
          [UID_LABEL, uid],
          [NAME_LABEL, name],
        ] as const)
      : []),
  ];
  const template = mapAt(spec, "template");
  const present = stringsAt(mapAt(template, "metadata"), "labels");
  const findings: FieldError[] = uid === "" ? [required("metadata.uid")] : [];
  for (const [key, value] of expected) {
    const field = `spec.template.metadata.labels[${key}]`;
    if (!Object.hasOwn(present, key)) findings.push(required(field, `must be '${value}'`));
    else if (present[key] !== value) findings.push(invalid(field, printedLabels(template), `must be '${value}'`));
  }
  const asGenerated: ValueMap = { metadata: { labels: Object.fromEntries(expected) } };
  if (matchTemplate(selector, asGenerated) === "differs")
    findings.push(invalid("spec.selector", printedSelector(selector), "`selector` not auto-generated"));
  return findings;
};

const validateSelectedSpec = (spec: ValueMap | undefined, field: string): Findings => {
  const [selector, template] = [mapAt(spec, "selector"), mapAt(spec, "template")];
  return [
    ...validateJobSpec(spec, field),
    ...(selector === undefined
      ? [required(`${field}.selector`)]
      : validateLabelSelector(selector, `${field}.selector`)),
    ...(matchTemplate(selector, template) === "differs" ? [mismatch(template, `${field}.template`)] : []),
  ];
};

/** The server looks at the spec twice on an update, and says twice what is wrong with it. */
export const validateJobUpdate = (object: LiveObject, old: LiveObject): Findings => {
  const [spec, before] = [mapAt(object, "spec"), mapAt(old, "spec")];
  const had = stringsAt(mapIn(before, "template", "metadata"), "labels");
  const labels = Object.hasOwn(had, NAME_LABEL) && Object.hasOwn(had, UID_LABEL) ? "all labels" : "old labels";
  const keep = (key: string, told = printed(spec?.[key])): Findings =>
    immutable(spec?.[key], before?.[key], `spec.${key}`, told);
  return [
    ...validateJob(object, labels),
    ...validateCoreObjectMetaUpdate(object, old),
    ...validateSelectedSpec(spec, "spec"),
    ...validateCompletionsUpdate(spec, before),
    ...keep("selector", printedSelector(mapAt(spec, "selector"))),
    ...keepTemplate(object, old),
    ...keep("completionMode"),
    ...keep("podFailurePolicy", printedFailurePolicy(mapAt(spec, "podFailurePolicy"))),
    ...keep("backoffLimitPerIndex"),
    ...keep("managedBy"),
    ...keep("successPolicy", printedSuccessPolicy(mapAt(spec, "successPolicy"))),
  ];
};

/** Of an indexed Job completions and parallelism change together, of another not at all. */
const validateCompletionsUpdate = (spec: ValueMap | undefined, before: ValueMap | undefined): Findings => {
  const [now, was] = [spec?.["completions"], before?.["completions"]];
  if (spec?.["completionMode"] !== "Indexed") return immutable(now, was, "spec.completions");
  if (sameValue(now, was) || now === undefined || now === null) return [];
  return now === spec["parallelism"]
    ? []
    : [invalid("spec.completions", now, "can only be modified in tandem with spec.parallelism")];
};

const ruleList = (policy: ValueMap, toldAs: (rule: ValueMap) => ValueMap): Value =>
  Array.isArray(policy["rules"]) ? mapsAt(policy, "rules").map(toldAs) : null;

const printedFailurePolicy = (policy: ValueMap | undefined): Value =>
  policy === undefined
    ? null
    : {
        Rules: ruleList(policy, (rule) => {
          const codes = mapAt(rule, "onExitCodes");
          const conditions = mapsAt(rule, "onPodConditions");
          return {
            Action: textAt(rule, "action"),
            OnExitCodes:
              codes === undefined
                ? null
                : {
                    ContainerName: codes["containerName"] ?? null,
                    Operator: textAt(codes, "operator"),
                    Values: codes["values"] ?? null,
                  },
            OnPodConditions:
              conditions.length === 0
                ? null
                : conditions.map((pattern) => ({ Type: textAt(pattern, "type"), Status: textAt(pattern, "status") })),
          };
        }),
      };

const printedSuccessPolicy = (policy: ValueMap | undefined): Value =>
  policy === undefined
    ? null
    : {
        Rules: ruleList(policy, (rule) => ({
          SucceededIndexes: rule["succeededIndexes"] ?? null,
          SucceededCount: rule["succeededCount"] ?? null,
        })),
      };
