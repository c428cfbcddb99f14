import type { LiveObject, Value, ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateCoreObjectMetaUpdate } from "../validation/core-object-meta.ts";
import { type Findings, nonNegative } from "./findings.ts";
import { overlap, readIndexes } from "./job-indexes.ts";
import { isPresent, mapAt, mapsAt, numberAt, textAt, textsAt } from "./reading.ts";
import { sameValue } from "./same-value.ts";

/** A Job's status as its rules see it. */
interface JobState {
  readonly status: ValueMap | undefined;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly failureTarget: boolean;
  readonly success: boolean;
  readonly finished: boolean;
}

const stateOf = (object: LiveObject): JobState => {
  const status = mapAt(object, "status");
  const is = (type: string): boolean =>
    mapsAt(status, "conditions").some((condition) => condition["type"] === type && condition["status"] === "True");
  const [complete, failed] = [is("Complete"), is("Failed")];
  return {
    status,
    complete,
    failed,
    failureTarget: is("FailureTarget"),
    success: is("SuccessCriteriaMet"),
    finished: complete || failed,
  };
};

/** The conditions as a whole are wrong; their value is not told. */
const conditions = (detail: string): FieldError => ({
  type: "FieldValueInvalid",
  field: "status.conditions",
  detail,
});

/** What the status endpoint refuses: most rules only where their fields changed, for others may have broken them before. */
export const validateJobStatus = (object: LiveObject, old: LiveObject): Findings => {
  const [now, was] = [stateOf(object), stateOf(old)];
  const spec = mapAt(object, "spec");
  const changed = (key: string): boolean => !sameValue(now.status?.[key], was.status?.[key]);
  return [
    ...validateCoreObjectMetaUpdate(object, old),
    ...countFindings(now.status),
    ...finishFindings(now, was, spec, changed),
    ...indexFindings(now, spec, changed),
    ...podFindings(now, was, spec, changed),
    ...transitionFindings(now, was, spec, changed),
  ];
};

type Changed = (key: string) => boolean;

const countFindings = (status: ValueMap | undefined): Findings => {
  const seen = new Set<string>();
  const uids = mapAt(status, "uncountedTerminatedPods");
  return [
    ...["active", "succeeded", "failed", "ready", "terminating"].flatMap((key) =>
      nonNegative(numberAt(status, key), `status.${key}`),
    ),
    ...["succeeded", "failed"].flatMap((list) =>
      textsAt(uids, list).flatMap((uid, index) => {
        const field = `status.uncountedTerminatedPods.${list}[${index}]`;
        const again = seen.has(uid);
        seen.add(uid);
        if (uid === "") return [invalid(field, uid, "must not be empty")];
        return again ? [duplicate(field, uid)] : [];
      }),
    ),
  ];
};

const finishFindings = (now: JobState, was: JobState, spec: ValueMap | undefined, changed: Changed): Findings => {
  const { status, complete, failed } = now;
  const turned = {
    complete: complete !== was.complete,
    failed: failed !== was.failed,
    finished: now.finished !== was.finished,
  };
  const completion = status?.["completionTime"] ?? null;
  const timed = turned.complete || changed("completionTime");
  const idle = spec?.["suspend"] === true && spec["completions"] === 0;
  const started = isPresent(status, "startTime");
  const findings: FieldError[] = [];
  const refuse = (when: boolean, finding: FieldError): void => {
    if (when) findings.push(finding);
  };
  refuse(
    (turned.complete || turned.failed) && complete && failed,
    conditions("cannot set Complete=True and Failed=true conditions"),
  );
  refuse(
    (turned.complete || now.failureTarget !== was.failureTarget) && complete && now.failureTarget,
    conditions("cannot set Complete=True and FailureTarget=true conditions"),
  );
  refuse(
    timed && completion !== null && !complete,
    invalid("status.completionTime", completion, "cannot set completionTime when there is no Complete=True condition"),
  );
  refuse(
    timed && completion === null && complete,
    required("status.completionTime", "completionTime is required for Complete jobs"),
  );
  refuse(
    (changed("startTime") || changed("completionTime")) &&
      started &&
      completion !== null &&
      isBefore(completion, status?.["startTime"]),
    invalid("status.completionTime", completion, "must be equal to or after `startTime`"),
  );
  refuse(
    (turned.failed || changed("failedIndexes")) && failed && !now.failureTarget,
    conditions("cannot set Failed=True condition without the FailureTarget=true condition"),
  );
  refuse(
    (turned.complete || now.success !== was.success) && complete && !now.success,
    conditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
  );
  refuse(
    (turned.finished || changed("active")) && now.finished && (numberAt(status, "active") ?? 0) > 0,
    invalid("status.active", numberAt(status, "active") ?? 0, "active>0 is invalid for finished job"),
  );
  refuse(
    (turned.finished || changed("startTime")) && !idle && now.finished && !started,
    required("status.startTime", "startTime is required for finished job"),
  );
  const uncounted = mapAt(status, "uncountedTerminatedPods");
  refuse(
    (turned.finished || changed("uncountedTerminatedPods")) &&
      now.finished &&
      textsAt(uncounted, "failed").length + textsAt(uncounted, "succeeded").length > 0,
    invalid(
      "status.uncountedTerminatedPods",
      { Succeeded: uncounted?.["succeeded"] ?? null, Failed: uncounted?.["failed"] ?? null },
      "must be empty for finished job",
    ),
  );
  return findings;
};

const isBefore = (left: Value, right: Value | undefined): boolean =>
  typeof left === "string" && typeof right === "string" && Date.parse(left) < Date.parse(right);

const indexFindings = ({ status }: JobState, spec: ValueMap | undefined, changed: Changed): Findings => {
  const completions = numberAt(spec, "completions");
  const [completed, failed] = [textAt(status, "completedIndexes"), textAt(status, "failedIndexes")];
  const hasFailed = isPresent(status, "failedIndexes");
  const perIndex = isPresent(spec, "backoffLimitPerIndex");
  const findings: FieldError[] = [];
  const parse = (key: string, text: string): void => {
    const read = readIndexes(text, completions ?? 0);
    if ("problem" in read) findings.push(invalid(`status.${key}`, text, `error parsing ${key}: ${read.problem}`));
  };
  if (changed("completedIndexes") && completions !== undefined) parse("completedIndexes", completed);
  if (changed("failedIndexes") && completions !== undefined && perIndex && hasFailed) parse("failedIndexes", failed);
  if (changed("completedIndexes") && completed !== "" && spec?.["completionMode"] !== "Indexed")
    findings.push(
      invalid(
        "status.completedIndexes",
        completed,
        "cannot set non-empty completedIndexes when non-indexed completion mode",
      ),
    );
  if (changed("failedIndexes") && !perIndex && hasFailed)
    findings.push(
      invalid("status.failedIndexes", failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null"),
    );
  if ((changed("failedIndexes") || changed("completedIndexes")) && completions !== undefined && hasFailed) {
    const at = overlap(completed, failed, completions);
    if (at !== undefined)
      findings.push(
        invalid("status.failedIndexes", failed, `failedIndexes and completedIndexes overlap at index: ${at}`),
      );
  }
  return findings;
};

const podFindings = (now: JobState, was: JobState, spec: ValueMap | undefined, changed: Changed): Findings => {
  const { status } = now;
  const [terminating, ready] = [numberAt(status, "terminating"), numberAt(status, "ready")];
  const findings: FieldError[] = [];
  if ((now.finished !== was.finished || changed("terminating")) && now.finished && (terminating ?? 0) > 0)
    findings.push(invalid("status.terminating", terminating ?? 0, "terminating>0 is invalid for finished job"));
  if ((changed("ready") || changed("active")) && ready !== undefined && ready > (numberAt(status, "active") ?? 0))
    findings.push(invalid("status.ready", ready, "cannot set more ready pods than active"));
  if (now.success && now.failed)
    findings.push(conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions"));
  if (now.success && now.failureTarget)
    findings.push(conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"));
  if (mapAt(spec, "successPolicy") !== undefined && !now.success && now.complete)
    findings.push(conditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"));
  return findings;
};

const transitionFindings = (now: JobState, was: JobState, spec: ValueMap | undefined, changed: Changed): Findings => {
  const findings: FieldError[] = [];
  for (const [type, before, after] of [
    ["Failed", was.failed, now.failed],
    ["Complete", was.complete, now.complete],
    ["FailureTarget", was.failureTarget, now.failureTarget],
  ] as const)
    if (before && !after) findings.push(conditions(`cannot disable the terminal ${type}=True condition`));
  const count = (state: JobState, key: string): number => numberAt(state.status, key) ?? 0;
  const scalable = spec?.["completionMode"] === "Indexed" && sameValue(spec["completions"], spec["parallelism"]);
  for (const key of scalable ? ["failed"] : ["failed", "succeeded"])
    if (count(now, key) < count(was, key))
      findings.push(invalid(`status.${key}`, count(now, key), `cannot decrease the ${key} counter`));
  const completion = now.status?.["completionTime"] ?? null;
  if (completion !== null && isPresent(was.status, "completionTime") && changed("completionTime"))
    findings.push(invalid("status.completionTime", completion, "field is immutable"));
  const suspended = (state: JobState, value: string): boolean =>
    mapsAt(state.status, "conditions").some(
      (condition) => condition["type"] === "Suspended" && condition["status"] === value,
    );
  const resuming = suspended(was, "True") && suspended(now, "False");
  if (changed("startTime") && !resuming && isPresent(was.status, "startTime") && spec?.["suspend"] !== true)
    findings.push(
      invalid("status.startTime", now.status?.["startTime"] ?? null, "field is immutable for unsuspended job once set"),
    );
  if (was.success && !now.success) findings.push(conditions("cannot disable the SuccessCriteriaMet=True condition"));
  if (was.complete && !was.success && now.success)
    findings.push(conditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"));
  return findings;
};
