import { goFloat } from "../kinds/go-float.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { type Finding, Result } from "./finding.ts";
import { isIntegral, kindOfValue } from "./value-kind.ts";

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

/** `whole`: compared as integers, and told as such; otherwise the server has made floats of the value and of its limit. */
interface Comparison {
  readonly value: number | bigint;
  readonly limit: number;
  readonly whole: boolean;
  readonly path: string;
}

const told = (value: number | bigint, whole: boolean): string =>
  whole ? BigInt(value).toString() : goFloat(Number(value));

const violated = ({ value, limit, whole, path }: Comparison, rule: string): Finding => ({
  type: "FieldValueInvalid",
  name: path,
  value,
  shown: told(value, whole),
  text: `${path} in body should be ${rule} ${told(limit, whole)}`,
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
    given: number | undefined,
    what: string,
    test: (comparison: Comparison) => Finding | undefined,
  ): void => {
    if (given === undefined) return;
    const typed = fits(given, Number.isInteger(given), range);
    if (!typed) result.add(outOfRange(what, range, path));
    const whole = typed && integer;
    const found = test({ value, limit: bound(given, whole), whole, path });
    if (found !== undefined) result.add(found);
  };
  check(limits.multipleOf, "MultipleOf", notMultiple);
  check(limits.minimum, "Minimum boundary", (compared) => {
    const exclusive = limits.exclusiveMinimum === true;
    const wrong = exclusive ? value <= compared.limit : value < compared.limit;
    return wrong ? violated(compared, exclusive ? "greater than" : "greater than or equal to") : undefined;
  });
  check(limits.maximum, "Maximum boundary", (compared) => {
    const exclusive = limits.exclusiveMaximum === true;
    const wrong = exclusive ? value >= compared.limit : value > compared.limit;
    return wrong ? violated(compared, exclusive ? "less than" : "less than or equal to") : undefined;
  });
  result.score += 1;
  return result;
};

const notMultiple = (compared: Comparison): Finding | undefined => {
  const { value, limit: factor, whole, path } = compared;
  if (factor <= 0)
    return {
      type: "FieldValueInvalid",
      name: path,
      value: factor,
      shown: told(factor, whole),
      text: `factor MultipleOf declared for ${path} must be positive: ${told(factor, whole)}`,
    };
  const holds = whole
    ? BigInt(value) % BigInt(factor) === 0n
    : isIntegral(factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor);
  return holds ? undefined : violated(compared, "a multiple of");
};
