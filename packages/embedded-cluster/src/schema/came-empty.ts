import { emptiesOf, isMap, unlikesOf, type Value, type ValueMap } from "../json.ts";

const isVoid = (value: Value | undefined): boolean => {
  if (value === undefined || value === null || value === "") return true;
  return Array.isArray(value) ? value.length === 0 : isMap(value) && Object.keys(value).length === 0;
};

/**
 * Did the body give this list or map of `parent` as empty, and not leave it out? Until it is stored the server knows the
 * two apart: validation prints `[]` or `null`, some strategies compare with reflect.DeepEqual, so that an empty list
 * changes the generation, and so do atomic lists. A default that has filled it since makes it like any other.
 */
export const cameEmpty = (parent: ValueMap, field: string): boolean => {
  for (const known of emptiesOf(parent)) if (known === field) return isVoid(parent[field]);
  return false;
};

/** Is there any such place in this value? Then reflect.DeepEqual finds it different from a stored one. */
export const hasCameEmpty = (value: Value): boolean => {
  if (Array.isArray(value)) return value.some(hasCameEmpty);
  if (!isMap(value)) return false;
  for (const field of emptiesOf(value)) if (isVoid(value[field])) return true;
  return Object.values(value).some(hasCameEmpty);
};

/** DeepEqual also tells a quantity like 1000m from the stored 1. */
const hasCameUnlike = (value: Value): boolean => {
  if (Array.isArray(value)) return value.some(hasCameUnlike);
  if (!isMap(value)) return false;
  for (const field of unlikesOf(value)) if (value[field] !== undefined) return true;
  return Object.values(value).some(hasCameUnlike);
};

/** The same for structured-merge-diff, which looks at the fields of a struct one by one and uses DeepEqual for lists alone. */
export const hasCameOtherwiseInList = (value: Value): boolean => {
  if (Array.isArray(value)) return hasCameEmpty(value) || hasCameUnlike(value);
  return isMap(value) && Object.values(value).some(hasCameOtherwiseInList);
};
