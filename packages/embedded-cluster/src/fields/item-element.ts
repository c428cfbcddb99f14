import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import type { ListShape } from "./atom.ts";
import type { PathElement } from "./path-element.ts";
import { keyElement, valueElement } from "./path-element.ts";

/** The path element of an item of a set or keyed list; missing keys take their default, or are left out. Undefined for an item that cannot be named. */
export const itemElement = (list: ListShape, item: Value): PathElement | undefined => {
  if (list.keys === undefined) return typeof item === "object" ? undefined : valueElement(item);
  if (!isMap(item)) return undefined;
  const fields: [string, Value][] = [];
  for (const name of list.keys) {
    const value = Object.hasOwn(item, name) ? item[name] : list.keyDefault(name);
    if (value !== undefined) fields.push([name, value]);
  }
  return fields.length === 0 ? undefined : keyElement(fields);
};

/** The same for a list that was checked before. */
export const knownElement = (list: ListShape, item: Value): PathElement => itemElement(list, item) ?? "k:{}";
