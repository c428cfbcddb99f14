import type { Value } from "../json.ts";
import { isMap } from "../json.ts";

/** Deep equality of JSON; numbers are equal by value whatever their form. */
export const sameValue = (left: Value, right: Value): boolean => {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
    // oxlint-disable-next-line eqeqeq -- a bigint and a number of the same value
    return typeof left === "bigint" || typeof right === "bigint"
      ? isNumeric(left) && isNumeric(right) && left == right
      : false;
  }
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let i = 0; i < left.length; i += 1) if (!sameValue(left[i] as Value, right[i] as Value)) return false;
    return true;
  }
  if (!isMap(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key) || !sameValue(left[key] as Value, right[key] as Value)) return false;
  }
  return true;
};

const isNumeric = (value: Value): boolean => typeof value === "number" || typeof value === "bigint";
