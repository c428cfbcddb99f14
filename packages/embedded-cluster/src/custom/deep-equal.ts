import { isMap, type Value } from "../json.ts";

/** Whether two JSON values are the same, keys in any order; an integer equals itself whether number or bigint. */
export const deepEqual = (left: Value | undefined, right: Value | undefined): boolean => {
  if (left === right) return true;
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => deepEqual(item, right[index]))
    );
  if (isMap(left)) {
    if (!isMap(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length && keys.every((key) => key in right && deepEqual(left[key], right[key]))
    );
  }
  return isNumeric(left) && isNumeric(right) && left <= right && left >= right;
};

const isNumeric = (value: Value | undefined): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";
