import type { LiveObject, ValueMap } from "../../json.ts";
import { invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateCoreObjectMeta, validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { nameIsDnsSubdomain } from "../validation/names.ts";
import { isTimeZone, scheduleProblem } from "./cron-schedule.ts";
import { type Findings, nonNegative, unsupported } from "./findings.ts";
import { validateJobSpec } from "./job-spec-validation.ts";
import { boolAt, isPresent, mapAt, mapIn, numberAt, textAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";
import { printedSelector } from "./selector.ts";

const POLICIES = ["Allow", "Forbid", "Replace"];

export const validateCronJob = (object: LiveObject): Findings => {
  const name = textAt(object.metadata, "name");
  return [
    ...validateCoreObjectMeta(object, true, nameIsDnsSubdomain),
    ...validateSpec(mapAt(object, "spec"), undefined),
    ...(name.length > 52 ? [invalid("metadata.name", name, "must be no more than 52 characters")] : []),
  ];
};

export const validateCronJobUpdate = (object: LiveObject, old: LiveObject): Findings => [
  ...validateCoreObjectMetaUpdate(object, old),
  ...validateSpec(mapAt(object, "spec"), mapAt(old, "spec")),
];

const validateSpec = (spec: ValueMap | undefined, old: ValueMap | undefined): Findings => {
  const policy = textAt(spec, "concurrencyPolicy");
  const jobSpec = mapIn(spec, "jobTemplate", "spec");
  const selector = mapAt(jobSpec, "selector");
  const at = "spec.jobTemplate.spec";
  return [
    ...validateSchedule(spec, old),
    ...nonNegative(numberAt(spec, "startingDeadlineSeconds"), "spec.startingDeadlineSeconds"),
    ...(old === undefined || !sameValue(spec?.["timeZone"], old["timeZone"]) ? validateTimeZone(spec) : []),
    ...(POLICIES.includes(policy) ? [] : [unsupported("spec.concurrencyPolicy", policy, POLICIES)]),
    ...validateJobSpec(jobSpec, at),
    ...(selector === undefined
      ? []
      : [invalid(`${at}.selector`, printedSelector(selector), "`selector` will be auto-generated")]),
    ...(boolAt(jobSpec, "manualSelector") ? [unsupported(`${at}.manualSelector`, true, ["nil", "false"])] : []),
    ...nonNegative(numberAt(spec, "successfulJobsHistoryLimit"), "spec.successfulJobsHistoryLimit"),
    ...nonNegative(numberAt(spec, "failedJobsHistoryLimit"), "spec.failedJobsHistoryLimit"),
  ];
};

const validateSchedule = (spec: ValueMap | undefined, old: ValueMap | undefined): Findings => {
  const schedule = textAt(spec, "schedule");
  if (schedule === "") return [required("spec.schedule")];
  const findings: FieldError[] = [];
  const refuse = (why: string): void => void findings.push(invalid("spec.schedule", schedule, why));
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) refuse(problem);
  const hadZone = textAt(old, "schedule").includes("TZ");
  if (!schedule.includes("TZ")) return findings;
  if (!hadZone) refuse("cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
  else if (isPresent(spec, "timeZone")) refuse("cannot use both timeZone field and TZ or CRON_TZ in schedule");
  return findings;
};

const validateTimeZone = (spec: ValueMap | undefined): Findings => {
  if (!isPresent(spec, "timeZone")) return [];
  const zone = textAt(spec, "timeZone");
  const refuse = (why: string): FieldError => invalid("spec.timeZone", zone, why);
  if (zone === "") return [refuse("timeZone must be nil or non-empty string")];
  const isWell = (part: string): boolean =>
    part !== "." && part !== ".." && !part.startsWith("-") && /^[A-Za-z.\-_0-9+]{1,14}$/.test(part);
  if (!zone.split("/").every(isWell)) return [refuse(`unknown time zone ${zone}`)];
  return [
    ...(zone.toLowerCase() === "local"
      ? [refuse("timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")]
      : []),
    ...(isTimeZone(zone) ? [] : [refuse(`unknown time zone ${zone}`)]),
  ];
};
