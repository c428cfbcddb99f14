import { goQuote } from "../kinds/validation/go-quote.ts";
import type { Value } from "../json.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { type Finding, Result } from "./finding.ts";
import { matchesPattern } from "./pattern.ts";
import { hasFormat } from "./string-formats.ts";

/** A finding told by its own text. */
export const invalidText = (path: string, value: Value, rule: string): Finding => ({
  type: "FieldValueInvalid",
  name: path,
  value,
  text: `${path} in body ${rule}`,
});

/** Only the first of these is told. */
export const validateText = (text: string, { limits }: CustomSchema, path: string): Result => {
  const result = new Result();
  const length = limits.maxLength === undefined && limits.minLength === undefined ? 0 : Array.from(text).length;
  if (limits.maxLength !== undefined && length > limits.maxLength)
    result.add({
      type: "FieldValueTooLong",
      name: path,
      text: `${path} in body should be at most ${limits.maxLength} chars long`,
      detail: `may not be more than ${limits.maxLength} byte${limits.maxLength === 1 ? "" : "s"}`,
    });
  else if (limits.minLength !== undefined && length < limits.minLength)
    result.add(invalidText(path, text, `should be at least ${limits.minLength} chars long`));
  else if (limits.pattern !== undefined && !matchesPattern(text, limits.pattern))
    result.add(invalidText(path, text, `should match '${limits.pattern}'`));
  return result;
};

export const validateFormat = (text: string, { format }: CustomSchema, path: string): Result => {
  const result = new Result();
  if (!hasFormat(text, format))
    result.add({
      type: "FieldValueTypeInvalid",
      name: path,
      value: text,
      text: `${path} in body must be of type ${format}: ${goQuote(text)}`,
    });
  return result;
};
