import type { Value, ValueMap } from "../json.ts";
import { isMap } from "../json.ts";
import type { Atom, ListShape, MapShape } from "./atom.ts";
import { narrow } from "./atom.ts";
import type { FieldSet } from "./field-set.ts";
import { knownElement } from "./item-element.ts";
import { fieldElement } from "./path-element.ts";

/**
 * The value without the fields and items of `remove`. A map or list that has nothing left becomes null, and so does an
 * atomic value from within which something was to be removed. Shares parts of its argument.
 */
export const removeFields = (value: Value, remove: FieldSet, atom: Atom): Value => {
  if (remove.size === 0) return value;
  const { map, scalar, list } = narrow(atom, value);
  if (map !== undefined) return removeFromMap(value, remove, map);
  if (scalar !== undefined) return value;
  return list === undefined ? null : removeFromList(value, remove, list);
};

const removeFromMap = (value: Value, remove: FieldSet, map: MapShape): Value => {
  if (!isMap(value) || map.atomic) return null;
  const out: ValueMap = {};
  for (const key of Object.keys(value)) {
    const branch = remove.get(fieldElement(key));
    if (branch?.member === true) continue;
    const item = value[key] as Value;
    const type = branch?.below === undefined ? undefined : (map.field(key) ?? map.element());
    out[key] = type === undefined || branch?.below === undefined ? item : removeFields(item, branch.below, type);
  }
  return Object.keys(out).length > 0 ? out : null;
};

const removeFromList = (value: Value, remove: FieldSet, list: ListShape): Value => {
  if (!Array.isArray(value) || list.atomic) return null;
  const out: Value[] = [];
  for (const item of value) {
    const branch = remove.get(knownElement(list, item));
    if (branch?.member === true) continue;
    out.push(branch?.below === undefined ? item : removeFields(item, branch.below, list.element()));
  }
  return out.length > 0 ? out : null;
};
