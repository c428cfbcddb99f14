import type { Json } from "@evenkeel/resource";

import { documentsOf } from "./documents.ts";

type JsonMap = { readonly [key: string]: Json | undefined };

/** A way to texts that are names: `*` is each item of a list or each member of a map, `**` any number of steps. */
type Way = readonly string[];

/** By which kustomize finds an object. */
const TARGET = ["group", "version", "kind", "name", "namespace"] as const;

/** Ways to fields of objects. */
const FIELD_PATHS: readonly Way[] = [
  ["replacements", "*", "source", "fieldPath"],
  ["replacements", "*", "targets", "*", "fieldPaths", "*"],
  ["vars", "*", "fieldref", "*"],
];

const KUSTOMIZATION: readonly Way[] = [
  ["namespace"],
  ...["resources", "bases", "components", "crds", "configurations", "patchesStrategicMerge"].map((field) => [
    field,
    "*",
  ]),
  ...["generators", "transformers", "validators"].map((field) => [field, "*"]),
  ...["patches", "patchesJson6902", "replacements"].map((field) => [field, "*", "path"]),
  ["openapi", "path"],
  ...["patches", "patchesJson6902"].map((field) => [field, "*", "target", "*"]),
  ...TARGET.map((field) => ["replacements", "*", "source", field]),
  ...["select", "reject"].flatMap((which) => [
    ...TARGET.map((field) => ["replacements", "*", "targets", "*", which, field]),
    ["replacements", "*", "targets", "*", which, "*", "*"],
  ]),
  ["vars", "*", "name"],
  ["vars", "*", "objref", "*"],
  ["replicas", "*", "name"],
];

const CHART: readonly Way[] = [
  ...["name", "version", "kubeVersion", "type", "apiVersion"].map((field) => [field]),
  ...["name", "version", "alias", "repository", "condition"].map((field) => ["dependencies", "*", field]),
];

const SCHEMA: readonly Way[] = [
  ["**", "required", "*"],
  ["**", "dependentRequired", "*", "*"],
  ["**", "dependencies", "*", "*"],
];

const IS_KUSTOMIZATION = /^kustomization(?:\.ya?ml)?$/i;

/** By the name of a file. */
const WAYS: readonly { readonly file: RegExp; readonly ways: readonly Way[] }[] = [
  { file: IS_KUSTOMIZATION, ways: KUSTOMIZATION },
  { file: /^(?:Chart\.yaml|Chart\.lock|requirements\.(?:yaml|lock))$/, ways: CHART },
  { file: /^values\.schema\.json$/, ways: SCHEMA },
];

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The ways to fields that kustomizations name, and the files of replacements that stand for themselves. */
export const fieldPathsIn = (files: ReadonlyMap<string, Uint8Array>): readonly string[] =>
  [...files].flatMap(([path, bytes]) =>
    IS_KUSTOMIZATION.test(baseName(path))
      ? documentsOf(path, bytes).flatMap((document) => FIELD_PATHS.flatMap((way) => textsAt(document, way)))
      : [],
  );

/** Adds what files of the tools name, but do not have as a key: targets, fields, charts, and properties of a schema. */
export const addToolNames = (path: string, documents: readonly Json[], names: Set<string>): void => {
  for (const { ways } of WAYS.filter(({ file }) => file.test(baseName(path))))
    for (const way of ways)
      for (const document of documents) for (const text of textsAt(document, way)) add(text, names);
};

/** Texts at a way; a text of several lines is no name but a document in itself. */
export const textsAt = (value: Json | undefined, [step, ...rest]: Way): readonly string[] => {
  if (step === undefined) return typeof value === "string" && value !== "" && !value.includes("\n") ? [value] : [];
  const members = membersOf(value);
  if (step === "**")
    return [...textsAt(value, rest), ...members.flatMap(([, member]) => textsAt(member, [step, ...rest]))];
  return members.flatMap(([key, member]) => (step === "*" || step === key ? textsAt(member, rest) : []));
};

const membersOf = (value: Json | undefined): readonly (readonly [string, Json | undefined])[] =>
  typeof value === "object" && value !== null ? Object.entries(value as JsonMap) : [];

/** The whole, and the words of it: `>=1.2.0` is told as `1.2.0`. */
const add = (text: string, names: Set<string>): void => {
  if (/:\/\/.*@/.test(text)) return; // an address with a user, and perhaps a password, is no name
  names.add(text);
  for (const part of text.split(/[\s/<>=~^|,]+/)) if (part !== "") names.add(part);
};
