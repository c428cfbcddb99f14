import { canonicalJson, isObject } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import type { MaskChild, MaskNode } from "./field-mask.ts";

/** What stands for a value that is not there; no canonical JSON looks like it. */
export const ABSENT = "absent";
/** What stands for a leaf that is empty in desired: absent, empty or filled by others are one to us. */
const EXISTENCE_ONLY = "existence-only";

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const same = (a: Json | undefined, b: Json | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

/** Live is parsed JSON: what it does not have itself, such as `constructor`, its prototype has. */
const memberOf = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const hasKeys = (item: Json, keys: JsonObject): boolean =>
  isObject(item) && Object.entries(keys).every(([key, value]) => same(memberOf(item, key), value));

/** In a manifest the server's defaults of key fields (`protocol: TCP`) may be missing. */
const mayHaveKeys = (item: Json, keys: JsonObject): boolean =>
  isObject(item) &&
  Object.entries(keys).every(([key, value]) => !Object.hasOwn(item, key) || same(memberOf(item, key), value));

const childValue = (child: MaskChild, value: Json | undefined, matches: typeof hasKeys): Json | undefined => {
  switch (child.kind) {
    case "field":
      return isObject(value) ? memberOf(value, child.name) : undefined;
    case "item":
      return listOf(value).find((item) => matches(item, child.keys));
    case "member":
      return listOf(value).find((item) => canonicalJson(item) === child.value);
    case "index":
      return listOf(value)[child.index];
  }
};

type Visit = (path: string, value: Json | undefined, child: MaskChild) => void;

const walk = (node: MaskNode, value: Json | undefined, path: string, matches: typeof hasKeys, visit: Visit): void => {
  for (const child of node.children) {
    const at = path + child.label;
    const here = childValue(child, value, matches);
    if (child.node.children.length === 0) visit(at, here, child);
    else walk(child.node, here, at, matches, visit);
  }
};

/** The owned value at each leaf as canonical JSON or ABSENT, in the mask's order. `existenceOnly` names leaves whose value does not count. */
export const valuesOf = (
  mask: MaskNode,
  object: Json,
  existenceOnly: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> => {
  const values = new Map<string, string>();
  walk(mask, object, "", hasKeys, (path, value, child) => {
    const isPresenceOnly = child.kind === "item" && child.node.self; // only "." of a list item is ours
    if (existenceOnly.has(path)) values.set(path, EXISTENCE_ONLY);
    else if (value === undefined) values.set(path, ABSENT);
    else values.set(path, isPresenceOnly ? "present" : canonicalJson(value));
  });
  return values;
};

const isEmpty = (value: Json | undefined): boolean =>
  (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

/** The leaves that the manifest leaves empty (`{}` or `[]`): existence is all that is asked of them. */
export const emptyLeaves = (mask: MaskNode, manifest: Json): readonly string[] => {
  const empty: string[] = [];
  walk(mask, manifest, "", mayHaveKeys, (path, value) => {
    if (isEmpty(value)) empty.push(path);
  });
  return empty;
};

/** For each keyed list, our items' labels in the order of the object; the server's own comparison ignores order. */
export const orderOf = (mask: MaskNode, object: Json): ReadonlyMap<string, string> => {
  const orders = new Map<string, string>();
  const visit = (node: MaskNode, value: Json | undefined, path: string): void => {
    const items = node.children.filter((child) => child.kind === "item");
    if (items.length > 1) {
      const labels = listOf(value).flatMap((item) => items.find((child) => hasKeys(item, child.keys))?.label ?? []);
      orders.set(path, labels.join(""));
    }
    for (const child of node.children) {
      if (child.node.children.length > 0) visit(child.node, childValue(child, value, hasKeys), path + child.label);
    }
  };
  visit(mask, object, "");
  return orders;
};
