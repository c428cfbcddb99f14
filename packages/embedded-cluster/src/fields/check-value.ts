import type { Value } from "../json.ts";
import { isMap } from "../json.ts";
import type { Atom, ListShape, MapShape, ScalarRule } from "./atom.ts";
import { narrow } from "./atom.ts";
import { itemElement } from "./item-element.ts";
import type { PathElement } from "./path-element.ts";
import { fieldElement, indexElement, showElement } from "./path-element.ts";

/** A place where a value does not fit its type, in the server's words. */
export interface Misfit {
  readonly path: string;
  readonly message: string;
}

/** Items of the same key: refused in what is applied, allowed in what is stored. */
export type Duplicates = "allowed" | "refused";

interface Walk {
  readonly duplicates: Duplicates;
  readonly misfits: Misfit[];
  readonly path: PathElement[];
}

/** Everything in `value` that does not fit `atom`; empty when it fits. Null fits everywhere. */
export const checkValue = (value: Value, atom: Atom, duplicates: Duplicates): readonly Misfit[] => {
  const walk: Walk = { duplicates, misfits: [], path: [] };
  check(walk, value, atom);
  return walk.misfits;
};

/** The text of an error made of misfits. */
export const describeMisfits = (misfits: readonly Misfit[]): string => {
  const lines = misfits.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return lines.length === 1 ? (lines[0] as string) : ["errors:", ...lines.map((line) => `  ${line}`)].join("\n");
};

const misfit = (walk: Walk, message: string): void => {
  walk.misfits.push({ path: walk.path.map((element) => showElement(element)).join(""), message });
};

const check = (walk: Walk, value: Value, whole: Atom): void => {
  if (value === null) return;
  const { map, scalar, list } = narrow(whole, value);
  if (map !== undefined) checkMap(walk, value, map);
  else if (scalar !== undefined) checkScalar(walk, value, scalar);
  else if (list !== undefined) checkList(walk, value, list);
};

const checkScalar = (walk: Walk, value: Value, rule: ScalarRule): void => {
  const type = typeof value === "bigint" ? "number" : typeof value;
  const fits = rule === "untyped" ? type !== "object" : type === (rule === "numeric" ? "number" : rule);
  if (!fits) misfit(walk, `expected ${rule === "untyped" ? "any scalar" : rule}`);
};

const checkMap = (walk: Walk, value: Value, map: MapShape): void => {
  if (!isMap(value)) return misfit(walk, "expected map");
  for (const key of Object.keys(value)) {
    walk.path.push(fieldElement(key));
    const type = map.field(key) ?? map.element();
    if (type === undefined) misfit(walk, "field not declared in schema");
    else check(walk, value[key] as Value, type);
    walk.path.pop();
    if (type === undefined) return;
  }
};

const checkList = (walk: Walk, value: Value, list: ListShape): void => {
  if (!Array.isArray(value)) return misfit(walk, "expected list");
  const seen = new Set<PathElement>();
  for (const [i, item] of value.entries()) {
    const element = list.atomic ? indexElement(i) : itemElement(list, item);
    if (element === undefined) return misfit(walk, `element ${i}: an item of an associative list without its key`);
    if (!list.atomic) {
      if (walk.duplicates === "refused" && seen.has(element)) {
        misfit(walk, `duplicate entries for key ${showElement(element)}`);
      }
      seen.add(element);
    }
    walk.path.push(element);
    check(walk, item, list.element());
    walk.path.pop();
  }
};
