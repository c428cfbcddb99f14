import { canonicalJson, isObject, parseJson } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

/**
 * One manager's fields as a tree, read from `fieldsV1` without any schema. A node without children is a leaf: the whole
 * value is owned (a scalar, an atomic list or map, or an empty one).
 */
export interface MaskNode {
  /** The "." of fieldsV1: the existence of the map or list item itself. */
  readonly self: boolean;
  readonly children: readonly MaskChild[];
}

export type MaskChild =
  | { readonly kind: "field"; readonly name: string; readonly label: string; readonly node: MaskNode }
  | { readonly kind: "item"; readonly keys: JsonObject; readonly label: string; readonly node: MaskNode }
  | { readonly kind: "member"; readonly value: string; readonly label: string; readonly node: MaskNode }
  | { readonly kind: "index"; readonly index: number; readonly label: string; readonly node: MaskNode };

/** An entry that this reader does not understand; the object is then unverifiable, never in sync. */
export class FieldsRefused extends Error {
  override readonly name = "FieldsRefused";
}

const PLAIN = /^[A-Za-z0-9_-]+$/;
const nameLabel = (name: string): string => (PLAIN.test(name) ? name : JSON.stringify(name));
const fieldLabel = (name: string): string => (PLAIN.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);

// Paths are keys of maps, and texts of fingerprints: no two elements may be written alike. So text is in quotes where it
// could be a value of JSON (`1`, `true`), or holds what divides the parts of a label or the lines of a text.
const BARE = /^(?!(?:true|false|null|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$)[\w./:@-]+$/;
const shown = (value: Json | undefined): string =>
  typeof value === "string" && BARE.test(value) ? value : canonicalJson(value ?? null);
const itemLabel = (keys: JsonObject): string =>
  `[${Object.keys(keys)
    .sort()
    .map((key) => `${nameLabel(key)}=${shown(keys[key])}`)
    .join(",")}]`;

const parsed = (text: string): Json => {
  try {
    return parseJson(text);
  } catch (error) {
    throw new FieldsRefused(`managedFields: ${JSON.stringify(text)} is not JSON`, { cause: error });
  }
};

const compileChild = (key: string, node: MaskNode): MaskChild => {
  const rest = key.slice(2);
  switch (key.slice(0, 2)) {
    case "f:":
      return { kind: "field", name: rest, label: fieldLabel(rest), node };
    case "k:": {
      const keys = parsed(rest);
      if (!isObject(keys)) throw new FieldsRefused(`managedFields: ${JSON.stringify(key)} names no keys`);
      return { kind: "item", keys, label: itemLabel(keys), node };
    }
    case "v:": {
      const value = parsed(rest);
      return { kind: "member", value: canonicalJson(value), label: `[=${shown(value)}]`, node };
    }
    case "i:":
      if (!/^\d+$/.test(rest)) throw new FieldsRefused(`managedFields: ${JSON.stringify(key)} is no index`);
      return { kind: "index", index: Number(rest), label: `[${rest}]`, node };
    default:
      throw new FieldsRefused(`managedFields: ${JSON.stringify(key)} is no path element`);
  }
};

/** Reads one `fieldsV1`; children in byte order, so that two readings agree. Throws FieldsRefused. */
export const compileMask = (fieldsV1: Json): MaskNode => {
  if (!isObject(fieldsV1)) throw new FieldsRefused("managedFields: fieldsV1 is not a mapping");
  const children: MaskChild[] = [];
  for (const key of Object.keys(fieldsV1).sort()) {
    if (key !== ".") children.push(compileChild(key, compileMask(fieldsV1[key] ?? null)));
  }
  return { self: "." in fieldsV1, children };
};

/** The labels of a path joined for people: `spec.template.spec.containers[name=web].image`. */
export const showPath = (path: string): string => (path.startsWith(".") ? path.slice(1) : path);

/** Every owned leaf of a mask as a path. */
export const leafPaths = (mask: MaskNode): readonly string[] => {
  const paths: string[] = [];
  const walk = (node: MaskNode, path: string): void => {
    if (node.children.length === 0) paths.push(path);
    for (const child of node.children) walk(child.node, path + child.label);
  };
  for (const child of mask.children) walk(child.node, child.label);
  return paths;
};
