import type { Json } from "@evenkeel/resource";

import { actionsIn } from "../helm/template-actions.ts";
import { documentsOf } from "./documents.ts";
import { addToolNames } from "./names-of-tools.ts";
import { TextIndex } from "./text-index.ts";

/** The names in what a tool was given: paths, keys, kinds, objects', templates' and fields' names; of words only such as were said. */
export const namesIn = (files: ReadonlyMap<string, Uint8Array>, said: readonly string[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const path of files.keys())
    for (const part of [path, ...path.split("/"), ...path.split(/[/.]/)]) names.add(part);
  for (const bytes of files.values())
    for (const [, name = ""] of textOf(bytes).matchAll(/\{\{-?\s*(?:define|template|include|block)\s+"([^"]+)"/g))
      names.add(name);
  for (const word of explanationsIn(files, said)) names.add(word);
  for (const [path, bytes] of files) {
    if (!/\.(?:ya?ml|json)$|kustomization$/i.test(path)) continue;
    const documents = documentsOf(path, bytes);
    for (const value of documents) addNames(value, names, true);
    addToolNames(path, documents, names);
  }
  return names;
};

/** Plain words with which a template explains a refusal of its own, but none that is in a file of values. */
const explanationsIn = (files: ReadonlyMap<string, Uint8Array>, said: readonly string[]): readonly string[] => {
  const isSaid = new Set(said.flatMap((word) => word.split(/[^\p{L}]+/u)));
  const words = new Set<string>();
  for (const [path, bytes] of files)
    if (isTemplate(path))
      for (const [, text = ""] of textOf(bytes).matchAll(/\b(?:fail|required)\s+\(?(?:printf\s+)?"([^"]*)"/g))
        for (const word of text.split(/[^\p{L}]+/u)) if (word !== "" && isSaid.has(word)) words.add(word);
  const index = new TextIndex([...words].join("\n").toLowerCase());
  for (const [path, bytes] of files) if (!isTemplate(path)) index.feed(textOf(bytes).toLowerCase());
  return [...words].filter((word) => !index.has(word.toLowerCase()));
};

/** What stands in the actions of templates outside of quotes: functions, fields and variables. */
export const wordsOfTemplates = (files: ReadonlyMap<string, Uint8Array>): ReadonlySet<string> => {
  const words = new Set<string>();
  for (const [path, bytes] of files)
    if (isTemplate(path))
      for (const action of actionsIn(textOf(bytes), true))
        for (const [word] of action.replace(IN_QUOTES, " ").matchAll(/\w+/g)) words.add(word);
  return words;
};

const IN_QUOTES = /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)*'/g;

const isTemplate = (path: string): boolean => /(?:^|\/)templates\//.test(path);

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

// Keys everywhere; of values only those that name the object itself, and what a patch says of where and how.
const addNames = (value: Json | undefined, names: Set<string>, isRoot = false): void => {
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) addNames(item, names);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const map = value as { readonly [key: string]: Json | undefined };
  const { apiVersion, kind, metadata } = map;
  if (isRoot) for (const text of [kind, apiVersion]) addText(text, names);
  if (isRoot && typeof metadata === "object" && metadata !== null && !Array.isArray(metadata)) {
    const { name, namespace } = metadata as { readonly [key: string]: Json | undefined };
    addText(name, names);
    addText(namespace, names);
  }
  if (typeof map["op"] === "string") addText(map["path"], names);
  const isList = isRoot && kind === "List" && Array.isArray(map["items"]);
  for (const item of isList ? (map["items"] as readonly Json[]) : []) addNames(item, names, true);
  for (const [key, member] of Object.entries(map)) {
    names.add(key);
    if (key === "secretGenerator" || key === "configMapGenerator") addGenerated(member, names);
    if (key === "patch" && typeof member === "string")
      for (const patch of documentsOf("patch.yaml", Buffer.from(member))) addNames(patch, names, !Array.isArray(patch));
    else addNames(member, names);
  }
};

const addGenerated = (generators: Json | undefined, names: Set<string>): void => {
  for (const one of Array.isArray(generators) ? (generators as readonly Json[]) : []) {
    if (typeof one !== "object" || one === null || Array.isArray(one)) continue;
    const { name, literals } = one as { readonly [key: string]: Json | undefined };
    addText(name, names);
    for (const literal of Array.isArray(literals) ? (literals as readonly Json[]) : [])
      if (typeof literal === "string" && literal.includes("=")) names.add(literal.slice(0, literal.indexOf("=")));
  }
};

const addText = (value: Json | undefined, names: Set<string>): void => {
  if (typeof value !== "string" || value === "") return;
  for (const part of [value, ...value.split("/")]) names.add(part);
};
