import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import type { Atom, ListShape, MapShape } from "./atom.ts";
import { narrow } from "./atom.ts";
import type { Branch, FieldSet } from "./field-set.ts";
import { leaf } from "./field-set.ts";
import { knownElement } from "./item-element.ts";
import type { PathElement } from "./path-element.ts";
import { fieldElement } from "./path-element.ts";

/** Every leaf and item that a checked value mentions: what a manager owns that applied it. */
export const fieldsOf = (value: Value, atom: Atom): FieldSet => walk(value, atom).below ?? new Map();

const nothing: Branch = { member: false, below: undefined };

/** What a value contributes to its own place: itself as a leaf, or what is below it. */
const walk = (value: Value, whole: Atom): Branch => {
  const { map, scalar, list } = narrow(whole, value);
  if (map !== undefined) {
    if (map.atomic) return leaf;
    return isMap(value) ? mapFields(value, map) : nothing;
  }
  if (scalar !== undefined) return leaf;
  if (list === undefined) return nothing;
  if (list.atomic) return leaf;
  return Array.isArray(value) ? listFields(value, list) : nothing;
};

const collect = (out: Map<PathElement, Branch>, element: PathElement, member: boolean, below: FieldSet | undefined) => {
  if (below !== undefined && below.size > 0) out.set(element, { member, below });
  else if (member) out.set(element, leaf);
};

/** Keys of a map are members; of a struct only leaves, nulls and empty objects are. */
const mapFields = (value: Readonly<Record<string, Value>>, map: MapShape): Branch => {
  const out = new Map<PathElement, Branch>();
  for (const key of Object.keys(value)) {
    const item = value[key] as Value;
    const declared = map.field(key);
    const type = declared ?? map.element();
    const found = type === undefined ? nothing : walk(item, type);
    const empty = item === null || (isMap(item) && Object.keys(item).length === 0);
    collect(out, fieldElement(key), found.member || empty || declared === undefined, found.below);
  }
  return { member: false, below: out };
};

/** Each item is a member; items of the same key are owned as one. */
const listFields = (value: readonly Value[], list: ListShape): Branch => {
  const elements = value.map((item) => knownElement(list, item));
  const out = new Map<PathElement, Branch>();
  for (const [i, element] of elements.entries()) {
    if (out.has(element)) out.set(element, leaf);
    else collect(out, element, true, walk(value[i] as Value, list.element()).below);
  }
  return { member: false, below: out };
};
