import { type ValueMap } from "../../json.ts";
import { type FieldError, invalid, notSupported, required } from "../../kinds/field-error.ts";
import { structsOf, textOf } from "../../kinds/validation/read-value.ts";

const reasons: readonly string[] = [
  "FieldValueRequired",
  "FieldValueForbidden",
  "FieldValueInvalid",
  "FieldValueDuplicate",
];

/** The form of x-kubernetes-validations. Their expressions are neither compiled nor run here. */
export const celRules = (schema: ValueMap, path: string): readonly FieldError[] =>
  structsOf(schema["x-kubernetes-validations"]).flatMap((rule, index) =>
    ruleRules(rule, `${path}.x-kubernetes-validations[${index}]`),
  );

const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text);

const ruleRules = (rule: ValueMap, path: string): readonly FieldError[] => {
  const expression = textOf(rule["rule"]).trim();
  const given = textOf(rule["message"]);
  const message = given.trim();
  const expressionOfMessage = textOf(rule["messageExpression"]);
  const fieldPath = textOf(rule["fieldPath"]);
  const reason = rule["reason"];
  const errors: FieldError[] = [];
  if (expression === "") errors.push(required(`${path}.rule`, "rule is not specified"));
  else if (given !== "" && message === "")
    errors.push(invalid(`${path}.message`, given, "must be non-empty if specified"));
  else if (hasLineBreaks(message)) errors.push(invalid(`${path}.message`, given, "must not contain line breaks"));
  else if (hasLineBreaks(expression) && message === "")
    errors.push(required(`${path}.message`, "message must be specified if rule contains line breaks"));
  if (expressionOfMessage !== "" && expressionOfMessage.trim() === "")
    errors.push(required(`${path}.messageExpression`, "messageExpression must be non-empty if specified"));
  if (typeof reason === "string" && !reasons.includes(reason))
    errors.push(notSupported(`${path}.reason`, reason, reasons));
  if (fieldPath !== "" && fieldPath.trim() === "")
    errors.push(invalid(`${path}.fieldPath`, fieldPath, "must be non-empty if specified"));
  if (hasLineBreaks(fieldPath)) errors.push(invalid(`${path}.fieldPath`, fieldPath, "must not contain line breaks"));
  return errors;
};
