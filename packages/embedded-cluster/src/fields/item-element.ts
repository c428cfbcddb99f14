import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import type { ListShape } from "./atom.ts";
import { goQuote } from "./go-text.ts";
import type { PathElement } from "./path-element.ts";
import { keyElement, valueElement } from "./path-element.ts";

/** An item that cannot be named; `message` is the server's text. */
export interface Unnamed {
  readonly message: string;
}

const unnamed = (message: string): Unnamed => ({ message });

/** The path element of an item of a set or keyed list; missing keys take their default, or are left out. */
export const itemElement = (list: ListShape, item: Value): PathElement | Unnamed => {
  if (list.keys !== undefined) return keyedElement(list, list.keys, item);
  if (isMap(item)) return unnamed("associative list without keys has an element that's a map type");
  if (Array.isArray(item)) return unnamed("not supported: associative list with lists as elements");
  return item === null
    ? unnamed("associative list without keys has an element that's an explicit null")
    : valueElement(item);
};

const keyedElement = (list: ListShape, keys: readonly string[], item: Value): PathElement | Unnamed => {
  if (item === null) return unnamed("associative list with keys may not have a null element");
  if (!isMap(item)) return unnamed("associative list with keys may not have non-map elements");
  const fields: [string, Value][] = [];
  for (const name of keys) {
    const value = Object.hasOwn(item, name) ? item[name] : list.keyDefault(name);
    if (value !== undefined) fields.push([name, value]);
  }
  if (fields.length === 0) {
    const shown = `[${keys.map((key) => goQuote(key)).join(" ")}]`;
    return unnamed(
      `associative list with keys has an element that omits all key fields ${shown} (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(fields);
};

/** The same for a list that was checked before. */
export const knownElement = (list: ListShape, item: Value): PathElement => {
  const element = itemElement(list, item);
  return typeof element === "string" ? element : "k:{}";
};
