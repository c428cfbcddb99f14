import type { ValueMap } from "../../json.ts";
import { duplicate, invalid, required } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";
import { validateLabelKey } from "../validation/labels.ts";
import { mismatch } from "../validation/name-texts.ts";
import { type Findings, tooLong, unsupported } from "./findings.ts";
import { isPresent, mapsAt, numberAt, textAt } from "./reading.ts";

const STATUSES = ["False", "True", "Unknown"];
const REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const REASON_PATTERN = new RegExp(`^${REASON}$`);

/** Conditions of the common form (meta/v1 Condition): one of a type, each with status, time and reason. */
export const validateConditions = (status: ValueMap | undefined, field: string): Findings => {
  const seen = new Set<string>();
  return mapsAt(status, "conditions").flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const type = textAt(condition, "type");
    const again = seen.has(type);
    seen.add(type);
    return [...(again ? [duplicate(`${at}.type`, type)] : []), ...validateCondition(condition, type, at)];
  });
};

const validateCondition = (condition: ValueMap, type: string, at: string): Findings => {
  const [value, reason] = [textAt(condition, "status"), textAt(condition, "reason")];
  const generation = numberAt(condition, "observedGeneration") ?? 0;
  const findings: FieldError[] = [...validateLabelKey(type, `${at}.type`)];
  if (!STATUSES.includes(value)) findings.push(unsupported(`${at}.status`, value, STATUSES));
  if (generation < 0)
    findings.push(invalid(`${at}.observedGeneration`, generation, "must be greater than or equal to zero"));
  if (!isPresent(condition, "lastTransitionTime")) findings.push(required(`${at}.lastTransitionTime`));
  if (reason === "") findings.push(required(`${at}.reason`));
  else if (!REASON_PATTERN.test(reason)) findings.push(invalid(`${at}.reason`, reason, reasonText));
  if (reason.length > 1024) findings.push(tooLong(`${at}.reason`, 1024));
  if (textAt(condition, "message").length > 32_768) findings.push(tooLong(`${at}.message`, 32_768));
  return findings;
};

const reasonText = mismatch(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  REASON,
  "my_name",
  "MY_NAME",
  "MyName",
  "ReasonA,ReasonB",
  "ReasonA:ReasonB",
);
