import type { Value, ValueMap } from "../json.ts";
import { isMap } from "../json.ts";
import type { Branch, FieldSet } from "./field-set.ts";
import { emptySet, leaf } from "./field-set.ts";
import type { PathElement } from "./path-element.ts";
import { readElement, sortElements } from "./path-element.ts";

/** The `fieldsV1` of a set: each path element a key, `"."` where a branch with members below is a member itself; keys in the server's order. */
export const writeFieldsV1 = (set: FieldSet, self = false): ValueMap => {
  const out: ValueMap = {};
  if (self && set.size > 0) out["."] = {};
  for (const element of sortElements(set.keys())) {
    const { member, below } = set.get(element) as Branch;
    out[element] = below === undefined ? {} : writeFieldsV1(below, member);
  }
  return out;
};

/** Reads a `fieldsV1`; elements of unknown kinds are dropped. Throws SyntaxError for what no server wrote. */
export const readFieldsV1 = (fields: Value): FieldSet => read(fields).below ?? emptySet;

const read = (fields: Value): Branch => {
  if (fields === null) return leaf;
  if (!isMap(fields)) throw new SyntaxError("expected an object of fields");
  let [member, below]: [boolean, Map<PathElement, Branch> | undefined] = [false, undefined];
  for (const key of Object.keys(fields)) {
    if (key === ".") {
      member = true;
      continue;
    }
    const element = readElement(key);
    if (element === undefined) continue;
    below ??= new Map();
    below.set(element, read(fields[key] as Value));
  }
  return below === undefined ? leaf : { member, below };
};
