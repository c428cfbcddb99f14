import type { Value, ValueMap } from "../../json.ts";
import { invalid } from "../field-error.ts";
import { type IntOrString, intOrString, percentOf } from "../validation/int-or-string.ts";
import { percentText } from "../validation/names.ts";
import { type Findings, invalidFor, nonNegative } from "./findings.ts";

/** A count or a percentage, Go's zero when absent. */
export const countOrPercent = (parent: ValueMap | undefined, key: string): IntOrString =>
  intOrString(parent?.[key] as Value | undefined) ?? 0;

/** As a plain number: of `25%` the 25, of any other text what Go's Atoi gives, else 0. */
export const plainValue = (value: IntOrString): number => {
  if (typeof value === "number") return value;
  const percent = percentText(value).length === 0 ? percentOf(value) : undefined;
  if (percent !== undefined) return percent;
  return /^[+-]?[0-9]+$/.test(value) ? Number(value) : 0;
};

export const validateCountOrPercent = (value: IntOrString, field: string): Findings =>
  typeof value === "number" ? nonNegative(value, field) : invalidFor(field, value, percentText(value));

export const atMostAll = (value: IntOrString, field: string): Findings =>
  typeof value === "string" && percentText(value).length === 0 && (percentOf(value) ?? 0) > 100
    ? [invalid(field, value, "must not be greater than 100%")]
    : [];
