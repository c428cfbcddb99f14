import type { Value, ValueMap } from "../../json.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  ofNamedType,
  required,
  tooLongBytes,
} from "../field-error.ts";
import { validateLabelKey } from "./labels.ts";
import { byteLength, mismatch } from "./name-texts.ts";
import { isSet, numberOf, structsOf, textOf } from "./read-value.ts";

const statuses = ["False", "True", "Unknown"];
const reasonLimit = 1024;
const messageLimit = 32 * 1024;
const reasonExpression = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
const reasonRegexp = new RegExp(`^${reasonExpression}$`);

const validateReason = (reason: string, field: string): readonly FieldError[] => {
  if (reason === "") return [required(field)];
  const wrong = mismatch(
    "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
    reasonExpression,
    "my_name",
    "MY_NAME",
    "MyName",
    "ReasonA,ReasonB",
    "ReasonA:ReasonB",
  );
  return [
    ...(reasonRegexp.test(reason) ? [] : [invalid(field, reason, wrong)]),
    ...(byteLength(reason) > reasonLimit ? [tooLongBytes(field, reasonLimit)] : []),
  ];
};

const validateCondition = (condition: ValueMap, field: string): readonly FieldError[] => {
  const status = textOf(condition["status"]);
  const generation = numberOf(condition["observedGeneration"]);
  return [
    ...validateLabelKey(textOf(condition["type"]), `${field}.type`),
    ...(statuses.includes(status) ? [] : [ofNamedType(notSupported(`${field}.status`, status, statuses))]),
    ...(generation < 0
      ? [invalid(`${field}.observedGeneration`, generation, "must be greater than or equal to zero")]
      : []),
    ...(isSet(condition["lastTransitionTime"]) ? [] : [required(`${field}.lastTransitionTime`)]),
    ...validateReason(textOf(condition["reason"]), `${field}.reason`),
    ...(byteLength(textOf(condition["message"])) > messageLimit
      ? [tooLongBytes(`${field}.message`, messageLimit)]
      : []),
  ];
};

/** What apimachinery finds wrong with a list of metav1.Condition, one of a type. */
export const validateConditions = (conditions: Value | undefined, field: string): readonly FieldError[] => {
  const seen = new Set<string>();
  return structsOf(conditions).flatMap((condition, index) => {
    const at = `${field}[${index}]`;
    const type = textOf(condition["type"]);
    const repeated = seen.has(type);
    seen.add(type);
    return [...(repeated ? [duplicate(`${at}.type`, type)] : []), ...validateCondition(condition, at)];
  });
};
