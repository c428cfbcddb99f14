import { isMap } from "../../json.ts";
import type { Value } from "../../json.ts";
import { invalid } from "../field-error.ts";
import type { FieldError } from "../field-error.ts";

import { dnsLabel, dnsSubdomain } from "../validation/names.ts";
import { sameValue } from "./same-value.ts";

export { notFound, notSupportedAsListed as unsupported, tooLongBytes as tooLong, tooMany } from "../field-error.ts";

/** Findings of validation as apimachinery's helpers word them; each gives none when all is well. */
export type Findings = readonly FieldError[];

export const NOT_NEGATIVE = "must be greater than or equal to 0";
const NOT_POSITIVE = "must be greater than zero";

export const nonNegative = (value: number | undefined, field: string): Findings =>
  value !== undefined && value < 0 ? [invalid(field, value, NOT_NEGATIVE)] : [];

export const positive = (value: number, field: string): Findings =>
  value <= 0 ? [invalid(field, value, NOT_POSITIVE)] : [];

/** The new value is printed in Go's order of fields: give it in `printed` where maps are in it. */
export const immutable = (
  value: Value | undefined,
  old: Value | undefined,
  field: string,
  printed: Value = value ?? null,
): Findings => (sameValue(value, old) ? [] : [invalid(field, printed, "field is immutable")]);

/** One finding a text. */
export const invalidFor = (field: string, value: Value, texts: readonly string[]): Findings =>
  texts.map((text) => invalid(field, value, text));

export const dnsLabelAt = (value: string, field: string): Findings => invalidFor(field, value, dnsLabel(value));
export const dnsSubdomainAt = (value: string, field: string): Findings => invalidFor(field, value, dnsSubdomain(value));

/** A map or list with all maps in order of their keys, as Go prints maps; null for nothing. */
export const printed = (value: Value | undefined): Value => {
  if (Array.isArray(value)) return value.map(printed);
  if (!isMap(value)) return value ?? null;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, printed(value[key])]),
  );
};
