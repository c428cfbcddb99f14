import { isMap } from "../../json.ts";
import type { Value, ValueMap } from "../../json.ts";

const isNothing = (value: Value | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/**
 * Equality as apimachinery's `equality.Semantic` sees two decoded objects: a nil and an empty list are the same, an empty
 * struct behind a pointer and none are not. Quantities are canonical by then, so their text decides.
 */
export const sameValue = (left: Value | undefined, right: Value | undefined): boolean => {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => sameValue(item, right[index]))
    );
  if (isMap(left)) return isMap(right) && sameMap(left, right);
  if (isMap(right) || Array.isArray(right)) return false;
  if (typeof left === "bigint" || typeof right === "bigint") return String(left) === String(right);
  return left === right;
};

const sameMap = (left: ValueMap, right: ValueMap): boolean =>
  Object.keys(left).every((key) => sameValue(left[key], right[key])) &&
  Object.keys(right).every((key) => key in left || isNothing(right[key]));
