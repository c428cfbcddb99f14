import { isMap, type Value, type ValueMap } from "../../json.ts";
import { type FieldError, forbidden, invalid, ofNamedType, required } from "../field-error.ts";
import { structsOf, textOf, textsOf } from "./read-value.ts";
import { labelValue, validateLabelKey, validateLabels } from "./labels.ts";

export interface SelectorAllowances {
  /** Values that are no label values, for objects stored before the check existed. */
  readonly invalidValues?: boolean;
}

const validateExpression = (expression: ValueMap, field: string, allow: SelectorAllowances): readonly FieldError[] => {
  const operator = textOf(expression["operator"]);
  const values = textsOf(expression["values"]);
  const errors: FieldError[] = [];
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0)
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0)
      errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else errors.push(ofNamedType(invalid(`${field}.operator`, operator, "not a valid selector operator")));
  errors.push(...validateLabelKey(textOf(expression["key"]), `${field}.key`));
  if (allow.invalidValues !== true)
    for (const [index, value] of values.entries())
      errors.push(...labelValue(value).map((text) => invalid(`${field}.values[${index}]`, value, text)));
  return errors;
};

/** What apimachinery finds wrong with a LabelSelector object; nothing for an absent one. */
export const validateLabelSelector = (
  selector: Value | undefined,
  field: string,
  allow: SelectorAllowances = {},
): readonly FieldError[] => {
  if (!isMap(selector)) return [];
  return [
    ...validateLabels(selector["matchLabels"], `${field}.matchLabels`),
    ...structsOf(selector["matchExpressions"]).flatMap((expression, index) =>
      validateExpression(expression, `${field}.matchExpressions[${index}]`, allow),
    ),
  ];
};
