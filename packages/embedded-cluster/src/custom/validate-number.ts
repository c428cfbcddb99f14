import type { Value } from "../json.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { type Finding, Result } from "./finding.ts";
import { goFloat, isIntegral, kindOfValue } from "./value-kind.ts";

const int32 = 2 ** 31;

interface Range {
  readonly type: string;
  readonly format: string;
}

/** A format counts only where the type is exactly one. */
const rangeOf = (schema: CustomSchema): Range => {
  const type = schema.types.length === 1 ? (schema.types[0] ?? "") : "";
  if (type === "integer") return { type, format: ["int32", "int64"].includes(schema.format) ? schema.format : "" };
  if (type === "number") return { type, format: ["float", "double"].includes(schema.format) ? schema.format : "" };
  return { type: "", format: "" };
};

const fits = (value: number | bigint, integer: boolean, range: Range): boolean => {
  if (range.type === "integer") {
    if (!integer && !Number.isInteger(value)) return false;
    if (range.format === "int32") return value >= -int32 && value < int32;
    return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : value >= -(2 ** 63) && value < 2 ** 63;
  }
  return range.format !== "float" || Number.isFinite(Math.fround(Number(value)));
};

const outOfRange = (what: string, range: Range, path: string): Finding => ({
  type: "FieldValueInvalid",
  text: `${what} value must be of type ${range.type} ${range.format === "" ? "(default format)" : `with format ${range.format}`} in ${path}`,
});

const violated = (name: string, value: Value, rule: string): Finding => ({
  type: "FieldValueInvalid",
  name,
  value,
  text: `${name} in body should be ${rule}`,
});

/** Bounds are floats in the schema; for an integer value they are cut to integers, if they fit. */
const bound = (limit: number, asInteger: boolean): number => (asInteger ? Math.trunc(limit) : limit);

/** Range of the format, then multipleOf, minimum and maximum, as kube-openapi's number validator has them. */
export const validateNumber = (value: number | bigint, schema: CustomSchema, path: string): Result => {
  const result = new Result();
  const range = rangeOf(schema);
  const integer = kindOfValue(value) === "integer";
  const { limits } = schema;
  if (!fits(value, integer, range)) result.add(outOfRange("Checked", range, path));
  const check = (
    limit: number | undefined,
    what: string,
    test: (limit: number, whole: boolean) => Finding | undefined,
  ): void => {
    if (limit === undefined) return;
    const typed = fits(limit, Number.isInteger(limit), range);
    if (!typed) result.add(outOfRange(what, range, path));
    const whole = typed && integer;
    const found = test(bound(limit, whole), whole);
    if (found !== undefined) result.add(found);
  };
  check(limits.multipleOf, "MultipleOf", (factor, whole) => notMultiple(value, factor, whole, path));
  check(limits.minimum, "Minimum boundary", (limit) => {
    const wrong = limits.exclusiveMinimum === true ? value <= limit : value < limit;
    const rule = limits.exclusiveMinimum === true ? "greater than" : "greater than or equal to";
    return wrong ? violated(path, value, `${rule} ${goFloat(limit)}`) : undefined;
  });
  check(limits.maximum, "Maximum boundary", (limit) => {
    const wrong = limits.exclusiveMaximum === true ? value >= limit : value > limit;
    const rule = limits.exclusiveMaximum === true ? "less than" : "less than or equal to";
    return wrong ? violated(path, value, `${rule} ${goFloat(limit)}`) : undefined;
  });
  result.score += 1;
  return result;
};

const notMultiple = (value: number | bigint, factor: number, whole: boolean, path: string): Finding | undefined => {
  if (factor <= 0)
    return {
      type: "FieldValueInvalid",
      name: path,
      value: factor,
      text: `factor MultipleOf declared for ${path} must be positive: ${goFloat(factor)}`,
    };
  const holds = whole
    ? BigInt(value) % BigInt(factor) === 0n
    : isIntegral(factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor);
  return holds ? undefined : violated(path, value, `a multiple of ${goFloat(factor)}`);
};
