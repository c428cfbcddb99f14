import type { ValueMap } from "../../json.ts";
import { type FieldError, notSupported, ofNamedType } from "../field-error.ts";
import { isSet, structsOf, textOf } from "../validation/read-value.ts";
import { validateLabelSelector } from "../validation/selectors.ts";
import { defaultRules, validateNamedRule } from "./admission-rules.ts";

const selectors = ["namespaceSelector", "objectSelector"];

/** What a policy looks at, filled in as the server does. */
export const defaultMatchResources = (match: ValueMap | undefined): void => {
  if (match === undefined) return;
  if (!isSet(match["matchPolicy"])) match["matchPolicy"] = "Equivalent";
  for (const selector of selectors) if (!isSet(match[selector])) match[selector] = {};
  defaultRules(match["resourceRules"]);
  defaultRules(match["excludeResourceRules"]);
};

/** What is wrong with it. */
export const validateMatchResources = (match: ValueMap, field: string): readonly FieldError[] => {
  const policy = match["matchPolicy"];
  return [
    ...(isSet(policy) && ["Equivalent", "Exact"].includes(textOf(policy))
      ? []
      : [ofNamedType(notSupported(`${field}.matchPolicy`, policy ?? "", ["Equivalent", "Exact"]))]),
    ...selectors.flatMap((selector) => validateLabelSelector(match[selector], `${field}.${selector}`)),
    ...["resourceRules", "excludeResourceRules"].flatMap((key) =>
      structsOf(match[key]).flatMap((rule, index) => validateNamedRule(rule, `${field}.${key}[${index}]`)),
    ),
  ];
};
