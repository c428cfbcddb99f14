import { isMap, type Value, type ValueMap } from "../json.ts";

const emptied = new WeakMap<ValueMap, Set<string>>();

/** Called by the codecs for a list or map that the body has, empty, and that the object will not show. */
export const noteEmpty = (parent: ValueMap, field: string): void => {
  const known = emptied.get(parent);
  if (known === undefined) emptied.set(parent, new Set([field]));
  else known.add(field);
};

/**
 * Did the body give this list or map of `parent` as empty, and not leave it out? Until it is stored the server knows the
 * two apart: validation prints `[]` or `null`, and some strategies compare with reflect.DeepEqual, so that an empty list
 * changes the generation. Only for maps of a decoded object, not for copies.
 */
export const cameEmpty = (parent: ValueMap, field: string): boolean => emptied.get(parent)?.has(field) === true;

/** Is there any such place in this value? Then reflect.DeepEqual finds it different from a stored one. */
export const hasCameEmpty = (value: Value): boolean => {
  if (Array.isArray(value)) return value.some(hasCameEmpty);
  return isMap(value) && (emptied.has(value) || Object.values(value).some(hasCameEmpty));
};
