import { isObject } from "@evenkeel/resource";
import type { Json, ValuePath } from "@evenkeel/resource";

import { FIELDS, FILE_FIELDS, FREE_FIELDS } from "./fields.ts";
import type { FieldUse } from "./fields.ts";
import { listOf } from "./kustomization.ts";
import type { ConfigDocument } from "./kustomization.ts";
import { isRemote, withoutCredentials } from "./remote-reference.ts";

/** One file or directory that a document names, and where it does. */
export interface Reference {
  readonly document: ConfigDocument;
  readonly path: ValuePath;
  readonly text: string;
  readonly use:
    /** A file of manifests, or a directory with a kustomization. */
    | "resource"
    | "directory"
    /** A file that configures plugins, or a directory with a kustomization that gives them. */
    | "plugin"
    /** Not a reference but the configuration itself. */
    | "plugin-text"
    | "yaml"
    | "data";
  /** Written behind a key, as `key=file`. */
  readonly hasKey?: boolean;
}

/** True for text that is YAML itself: kustomize takes for a file what it cannot read so. */
export const isInline = (item: Json): item is string => typeof item === "string" && /\n|^\{/.test(item.trim());

/** What no reader of YAML takes for anything but text: kustomize tries each plugin and patch as YAML first. */
const PLAIN_PATH = /^(?!-)[\p{L}\p{N}._/@+~=, -]+$/u;

const plainPath = (made: Reference): Reference => {
  if (PLAIN_PATH.test(made.text) && !/(?:^|\s)-(?:\s|$)/.test(made.text)) return made;
  const problem = "kustomize may read it as a configuration, not as the path of one";
  throw made.document.refuse(
    "FeatureDisabled",
    made.path,
    problem,
    "rename the file: letters, digits and . _ - + @ / only",
  );
};

/** Every reference of a kustomization. Throws `RenderFailed` for one that is no text, `FeatureDisabled` for a schema by URL. */
export const referencesOf = (document: ConfigDocument): readonly Reference[] =>
  Object.entries(document.value).flatMap(([field, value = null]) => {
    const use = FIELDS[field as keyof typeof FIELDS];
    const make = (item: Json, path: ValuePath, as: Reference["use"]): Reference => reference(document, item, path, as);
    return BY_USE[use](value, field, make);
  });

type Make = (item: Json, path: ValuePath, use: Reference["use"]) => Reference;
type Find = (value: Json, field: string, make: Make) => readonly Reference[];

const eachAs =
  (use: Reference["use"]): Find =>
  (value, field, make) =>
    listOf(value).map((item, index) => make(item, [field, index], use));

const BY_USE: { readonly [Use in FieldUse]: Find } = {
  data: () => [],
  off: () => [],
  resources: eachAs("resource"),
  directories: eachAs("directory"),
  "yaml-files": eachAs("yaml"),
  plugins: (value, field, make) =>
    listOf(value).map((item, index) =>
      isInline(item) ? make(item, [field, index], "plugin-text") : plainPath(make(item, [field, index], "plugin")),
    ),
  "files-or-text": (value, field, make) =>
    listOf(value).flatMap((item, index) => (isInline(item) ? [] : [plainPath(make(item, [field, index], "yaml"))])),
  "paths-in-maps": (value, field, make) =>
    listOf(value).flatMap((item, index) =>
      isObject(item) && item["path"] !== undefined ? [make(item["path"], [field, index, "path"], "yaml")] : [],
    ),
  "path-in-map": (value, field, make) => {
    if (!isObject(value) || value["path"] === undefined) return [];
    const schema = make(value["path"], [field, "path"], "yaml");
    if (!isRemote(schema.text)) return [schema];
    throw schema.document.refuse("FeatureDisabled", schema.path, `${field}.path is a URL`, "commit the schema");
  },
  generators: (value, field, make) =>
    listOf(value).flatMap((item, index) => {
      if (!isObject(item)) return [];
      const { env, envs, files } = item;
      return [
        ...(env === undefined ? [] : [make(env, [field, index, "env"], "data")]),
        ...listOf(envs).map((file, at) => make(file, [field, index, "envs", at], "data")),
        ...listOf(files).map((file, at) => withoutKey(make(file, [field, index, "files", at], "data"))),
      ];
    }),
};

/** The files that the configuration of a built-in plugin names, wherever in it. */
export const pluginReferences = (document: ConfigDocument): readonly Reference[] => {
  const found: Reference[] = [];
  const take = (value: Json, path: ValuePath, field: string): void => {
    if (Array.isArray(value)) {
      for (const [at, item] of listOf(value).entries()) take(item, [...path, at], field);
    } else if (!(field === "paths" && isInline(value)) && value !== "") {
      found.push(withoutKey(reference(document, value, path, field.startsWith("path") ? "yaml" : "data")));
    }
  };
  eachField(document.value, (field, value, path) => {
    if (FILE_FIELDS.has(field)) take(value, path, field);
  });
  return found;
};

/**
 * Throws `RenderFailed` for a field that only kustomize would take for one that names files: it reads names without
 * regard to case, the long s and the Kelvin sign included.
 */
export const refuseOtherSpellings = (document: ConfigDocument): void =>
  eachField(document.value, (field, _value, path) => {
    const plain = field.toUpperCase().toLowerCase();
    if (plain === field || !FILE_FIELDS.has(plain)) return;
    throw document.refuse("RenderFailed", path, `the field ${field} is unknown`, `write ${plain}`);
  });

/** Every field of every map but those of an author's own names. */
const eachField = (value: Json, look: (field: string, value: Json, path: ValuePath) => void): void => {
  const pending: { readonly value: Json; readonly path: ValuePath }[] = [{ value, path: [] }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value: at, path } = next;
    for (const [index, item] of listOf(at).entries()) pending.push({ value: item, path: [...path, index] });
    if (!isObject(at)) continue;
    for (const [field, member = null] of Object.entries(at)) {
      look(field, member, [...path, field]);
      if (!FREE_FIELDS.has(field)) pending.push({ value: member, path: [...path, field] });
    }
  }
};

const reference = (document: ConfigDocument, item: Json, path: ValuePath, use: Reference["use"]): Reference => {
  if (typeof item === "string") return { document, path, text: item, use };
  throw document.refuse("RenderFailed", path, `${path.join(".")} is not a string`, "write a path");
};

/** Of `key=file` the file. */
const withoutKey = (named: Reference): Reference =>
  isRemote(named.text) || !named.text.includes("=")
    ? named
    : { ...named, text: named.text.slice(named.text.indexOf("=") + 1), hasKey: true };

/** True where a value was meant as often as a file is wrong: in a generator of Secrets, and behind a key. */
export const mayBeValue = ({ document, path, text, hasKey = false }: Reference): boolean =>
  path[0] === "secretGenerator" ||
  document.value["kind"] === "SecretGenerator" ||
  hasKey ||
  (text.includes("=") && !isRemote(text));

/** A reference for people: as written, or by its place where the text may be a value. */
export const shown = (reference: Reference): string =>
  mayBeValue(reference)
    ? reference.path
        .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
        .join("")
        .slice(1)
    : `"${withoutCredentials(reference.text)}"`;
