import type { Value } from "../json.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { type Finding, Result } from "./finding.ts";
import { isIntegral, kindOfValue } from "./value-kind.ts";

const wrongType = (path: string, expected: string, found: string): Finding => ({
  type: "FieldValueTypeInvalid",
  name: path,
  value: found,
  text: `${path} in body must be of type ${expected}: "${found}"`,
});

/** The format that go-openapi infers for a Go value of the kind. */
const formats: Readonly<Record<string, string>> = { integer: "int64", number: "float64" };

/** Whether a value has one of the types, or the format that stands for them (go-openapi looks at the format first). */
export const validateType = (value: Value, schema: CustomSchema, path: string): Result => {
  const result = new Result();
  const { types, format } = schema;
  const kind = kindOfValue(value);
  const fail = (expected: string, found: string): Result => {
    result.add(wrongType(path, expected, found));
    return result;
  };
  if (kind === "null" && types.length > 0 && !types.includes("null") && !schema.nullable)
    return fail(types.join(","), kind);
  if (kind === "null") return matched(result);
  const found = formats[kind] ?? "";
  const asInteger = kind === "number" && types.includes("integer") && isIntegral(Number(value));
  const asNumber = kind === "integer" && types.includes("number");
  const fits = types.includes(kind) || asInteger || asNumber;
  const textual = kind === "string" || kind === "array";
  if (!textual && format !== "" && !fits && found !== format) return fail(format, found);
  const numeric = types.includes("number") || types.includes("integer");
  if (!(textual && format !== "" && !numeric) && !fits) return fail(types.join(","), kind);
  return matched(result);
};

/** A check that held counts; one that failed does not. */
const matched = (result: Result): Result => {
  result.score += 1;
  return result;
};
