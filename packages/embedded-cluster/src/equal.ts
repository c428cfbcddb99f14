import { isMap } from "./json.ts";
import type { Value } from "./json.ts";
import { hasCameEmpty } from "./schema/came-empty.ts";

type Maybe = Value | undefined;

const isNumeric = (value: Maybe): value is number | bigint => typeof value === "number" || typeof value === "bigint";

/** The same JSON: keys in any order, numbers by value, whether number or bigint. */
export const sameJson = (left: Maybe, right: Maybe): boolean => {
  if (left === right) return true;
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => sameJson(item, right[at]));
  if (isMap(left)) {
    if (!isMap(right)) return false;
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]))
    );
  }
  return isNumeric(left) && isNumeric(right) && left <= right && left >= right;
};

const isNothing = (value: Maybe): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/**
 * The same to apimachinery's `equality.Semantic`, of two decoded objects: nil and empty lists, null and absent fields are the
 * same, an empty struct behind a pointer and none are not. Quantities are canonical by then, so their text decides.
 */
export const sameMeaning = (left: Maybe, right: Maybe): boolean => {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, at) => sameMeaning(item, right[at]))
    );
  if (isMap(left)) {
    if (!isMap(right)) return false;
    return (
      Object.keys(left).every((key) => sameMeaning(left[key], right[key])) &&
      Object.keys(right).every((key) => key in left || isNothing(right[key]))
    );
  }
  return sameJson(left, right);
};

/** The same to reflect.DeepEqual, of a new value and a stored one: a list that came empty is a change. */
export const sameAsStored = (next: Maybe, stored: Maybe): boolean =>
  sameMeaning(next, stored) && !hasCameEmpty(next ?? null);
