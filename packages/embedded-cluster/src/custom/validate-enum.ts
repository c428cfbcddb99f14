import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import { goQuote } from "../kinds/validation/go-quote.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { Result } from "./finding.ts";
import { deepEqual } from "./deep-equal.ts";
import { kindOfValue } from "./value-kind.ts";

/** Go converts the value to the type of the allowed one before it compares: an integer to a string is its code point. */
const isAllowed = (value: Value, allowed: Value): boolean => {
  if (value === null || allowed === null) return false;
  const wanted = kindOfValue(allowed);
  if (typeof value === "number" || typeof value === "bigint") {
    if (wanted === "integer") return Math.trunc(Number(value)) === Number(allowed);
    if (wanted === "number") return Number(value) === Number(allowed);
    const isCodePoint = kindOfValue(value) === "integer" && value >= 0 && value <= 0x10_ff_ff;
    return wanted === "string" && isCodePoint && String.fromCodePoint(Number(value)) === allowed;
  }
  return kindOfValue(value) === wanted && deepEqual(value, allowed);
};

const told = (allowed: Value): string => {
  if (typeof allowed === "string") return allowed;
  if (typeof allowed === "bigint") return allowed.toString();
  return JSON.stringify(allowed, sortedKeys);
};

const sortedKeys = (_key: string, value: Value): unknown =>
  isMap(value)
    ? Object.fromEntries(
        Object.keys(value)
          .toSorted()
          .map((key) => [key, value[key]]),
      )
    : value;

/** The allowed values in the schema's order. */
export const validateEnum = (value: Value, schema: CustomSchema, path: string): Result => {
  const result = new Result();
  const { enumeration } = schema;
  if (enumeration.length === 0 || enumeration.some((allowed) => isAllowed(value, allowed))) return result;
  const values = enumeration.map(told);
  result.add({
    type: "FieldValueNotSupported",
    name: path,
    value,
    text: `${path} in body should be one of [${values.join(" ")}]`,
    detail: `supported values: ${values.map(goQuote).join(", ")}`,
  });
  return result;
};
