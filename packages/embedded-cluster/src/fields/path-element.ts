import { canonicalJson } from "@evenkeel/resource";

import type { Value } from "../json.ts";
import { asJson, isMap } from "../json.ts";
import { compareText } from "./compare-text.ts";

/**
 * One step of a field path in its fieldsV1 form, canonical so that equal steps are equal strings: `f:replicas`,
 * `k:{"containerPort":80,"protocol":"TCP"}` (names sorted), `v:"a"`, `i:0`.
 */
export type PathElement = string;

export type Scalar = boolean | number | bigint | string | null;

const scalarText = (value: Value): string => canonicalJson(asJson(value));

export const fieldElement = (name: string): PathElement => `f:${name}`;
export const valueElement = (value: Value): PathElement => `v:${scalarText(value)}`;
export const indexElement = (index: number): PathElement => `i:${index}`;

/** The element of a keyed item; `fields` need not be sorted. */
export const keyElement = (fields: readonly (readonly [name: string, value: Value])[]): PathElement => {
  const sorted = fields.length < 2 ? fields : fields.toSorted(([a], [b]) => compareText(a, b));
  return `k:{${sorted.map(([name, value]) => `"${name}":${scalarText(value)}`).join(",")}}`;
};

/** What stands behind `k:`, sorted by name. */
export const keyFields = (element: PathElement): readonly (readonly [name: string, value: Value])[] => {
  const parsed = JSON.parse(element.slice(2)) as Value;
  if (!isMap(parsed)) throw new SyntaxError("expected an object of key fields");
  return Object.entries(parsed).toSorted(([a], [b]) => compareText(a, b));
};

/** The canonical form of an element that a client may have written; `undefined` for a kind of element that is not known. Throws SyntaxError. */
export const readElement = (text: string): PathElement | undefined => {
  if (text.length < 2) throw new SyntaxError("key must be 2 characters long:");
  if (text[1] !== ":") throw new SyntaxError(`missing colon: ${text}`);
  switch (text.charAt(0)) {
    case "f":
      return text;
    case "v":
      return valueElement(JSON.parse(text.slice(2)) as Value);
    case "k":
      return keyElement(keyFields(text));
    case "i": {
      if (!/^[+-]?\d+$/.test(text.slice(2))) throw new SyntaxError(`bad index: ${text}`);
      return indexElement(Number(text.slice(2)));
    }
    default:
      return undefined;
  }
};

const typeRank = (value: Value): number => {
  if (typeof value === "number" || typeof value === "bigint") return 0;
  if (typeof value === "string") return 1;
  if (typeof value === "boolean") return 2;
  if (value === null) return 5;
  return Array.isArray(value) ? 3 : 4;
};

const compareScalars = (left: Value, right: Value): number => {
  const rank = typeRank(left) - typeRank(right);
  if (rank !== 0) return rank;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const [a, b] = [left as number, right as number];
  if (typeof left === "object") return compareText(scalarText(left), scalarText(right));
  return a < b ? -1 : a > b ? 1 : 0;
};

const kinds = "fkvi";

type KeyFields = ReturnType<typeof keyFields>;

/** An element with its content read once, to be compared often. */
interface Read {
  readonly element: PathElement;
  readonly rank: number;
  readonly content: KeyFields | Value;
}

const readContent = (element: PathElement): Read => {
  const kind = element.charAt(0);
  const content = kind === "k" ? keyFields(element) : kind === "f" ? element : (JSON.parse(element.slice(2)) as Value);
  return { element, rank: kinds.indexOf(kind), content: content as Read["content"] };
};

const compareRead = (left: Read, right: Read): number => {
  if (left.rank !== right.rank) return left.rank - right.rank;
  if (left.rank === 1) return compareKeys(left.content as KeyFields, right.content as KeyFields);
  return compareScalars(left.content as Value, right.content as Value);
};

/** The elements in the server's order: fields, keys, values, indexes; each by content. */
export const sortElements = (elements: Iterable<PathElement>): PathElement[] => {
  const all = [...elements];
  if (all.length < 2) return all;
  if (all.every((element) => element.startsWith("f:"))) return all.sort(compareText);
  return all
    .map((element) => readContent(element))
    .sort(compareRead)
    .map(({ element }) => element);
};

const compareKeys = (left: KeyFields, right: KeyFields): number => {
  for (const [i, [name, value]] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    const order = compareText(name, other[0]) || compareScalars(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

/** The element as messages show it: `.replicas`, `[name="web"]`, `[="a"]`, `[0]`. */
export const showElement = (element: PathElement): string => {
  switch (element.charAt(0)) {
    case "f":
      return `.${element.slice(2)}`;
    case "k":
      return `[${keyFields(element)
        .map(([name, value]) => `${name}=${scalarText(value)}`)
        .join(",")}]`;
    case "v":
      return `[=${element.slice(2)}]`;
    default:
      return `[${element.slice(2)}]`;
  }
};
