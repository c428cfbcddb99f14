import { isObject } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import { documentsOf } from "./documents.ts";
import { unmarked } from "./written-text.ts";

/** A value that nobody may be told, with the key it stands under. */
export interface SecretScalar {
  readonly key: string;
  readonly text: string;
}

/** The values of Secrets, of what makes them, and of charts: what stays secret even where it is also somebody's name. */
export const secretScalarsIn = (files: ReadonlyMap<string, Uint8Array>): readonly SecretScalar[] => {
  const found: SecretScalar[] = [];
  const add = (key: string, value: Json | undefined): void => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "bigint") return;
    for (const line of unmarked(String(value)).split("\n")) {
      const text = line.trim();
      if (text !== "" && text.length <= LONGEST) found.push({ key, text });
    }
  };
  for (const [path, bytes] of files) {
    const name = path.split("/").at(-1) ?? "";
    if (!IS_YAML.test(name)) {
      // Behind env files and files of generators stands whatever somebody keeps there.
      if (!/(?:^|\/)templates\//.test(path)) addLines(bytes, add);
      continue;
    }
    const documents = documentsOf(path, bytes);
    const isValues = /^values.*\.(?:ya?ml|json)$/i.test(name);
    const isFree = !OF_A_TOOL.test(name);
    for (const document of documents)
      if (IS_SCHEMA.test(name)) addOfSchema("", document, add);
      // A file that is no object of Kubernetes holds whatever somebody keeps in it.
      else if (isValues || (isFree && isObject(document) && typeof document["kind"] !== "string"))
        addAll("", document, add);
      else addPatch(document, add);
    if (documents.length === 0 && (isValues || /\bkind: *["']?Secret\b/.test(textOf(bytes)))) addLines(bytes, add);
  }
  return found;
};

/** Longer lines are no passwords; their words are looked for all the same. */
const LONGEST = 8_000;

type Add = (key: string, value: Json | undefined) => void;

const IS_YAML = /\.(?:ya?ml|json)$|^kustomization$/i;

/** What says how to build, and holds no values but in the fields that are known here. */
const OF_A_TOOL =
  /^(?:kustomization(?:\.ya?ml)?|Chart\.yaml|Chart\.lock|requirements\.(?:yaml|lock)|values\.schema\.json)$/i;

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** `key=value` and `key: value`, and the whole line. */
const addLines = (bytes: Uint8Array, add: Add): void => {
  for (const line of textOf(bytes).split("\n")) {
    add("", line);
    const [, key = "", value = ""] = /^\s*(?:- +)?["']?([^\s:="']+)["']?\s*[:=](.*)$/.exec(line) ?? [];
    add(key, value.trim().replace(/^(["'])(.*)\1$/, "$2"));
  }
};

const addAll = (key: string, value: Json | undefined, add: Add): void => {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) addAll(key, item, add);
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) addAll(name, member, add);
  else add(key, value);
};

const IS_SCHEMA = /^values\.schema\.json$/;

/** What a schema says of properties and types is no value; what it proposes or demands as one may be. */
const OF_PROPERTIES: ReadonlySet<string> = new Set([
  "required",
  "dependentRequired",
  "dependencies",
  "type",
  "$ref",
  "$schema",
  "$id",
]);

const addOfSchema = (key: string, value: Json | undefined, add: Add): void => {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) addOfSchema(key, item, add);
  else if (!isObject(value)) add(key, value);
  else
    for (const [name, member] of Object.entries(value)) {
      const isOfNames = OF_PROPERTIES.has(name) && (!isObject(member) || Object.values(member).every(Array.isArray));
      if (!isOfNames) addOfSchema(name, member, add);
    }
};

const decoded = (value: Json | undefined): string =>
  typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "";

const addOfSecrets = (value: Json | undefined, add: Add): void => {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) addOfSecrets(item, add);
  if (!isObject(value)) return;
  // Where the kind is missing or misspelt nobody knows what the data are of.
  const isSecret = value["kind"] !== "ConfigMap" && ("stringData" in value || "data" in value);
  if (isSecret) {
    addAll("", value["stringData"], add);
    addAll("", value["data"], add);
    const { data } = value;
    if (isObject(data)) for (const [key, member] of Object.entries(data)) add(key, decoded(member));
  }
  if (value["kind"] === "SecretGenerator") addGenerators([value], add);
  for (const [key, member] of Object.entries(value)) {
    if (key === "secretGenerator") addGenerators(member, add);
    else if (key === "patchesStrategicMerge" && Array.isArray(member)) {
      for (const patch of member as readonly Json[])
        if (typeof patch === "string" && patch.includes("\n"))
          for (const one of documentsOf("patch.yaml", Buffer.from(patch))) addPatch(one, add);
    } else if (key === "patch" && typeof member === "string")
      for (const patch of documentsOf("patch.yaml", Buffer.from(member))) addPatch(patch, add);
    else addOfSecrets(member, add);
  }
};

/** What a patch writes into somebody's data. */
const addPatch = (patch: Json, add: Add): void => {
  addOfSecrets(patch, add);
  for (const one of Array.isArray(patch) ? (patch as readonly Json[]) : [])
    if (isObject(one) && typeof one["path"] === "string" && /\/(?:stringData|data)\b/.test(one["path"]))
      addAll(one["path"].split("/").at(-1) ?? "", one["value"], add);
};

const addGenerators = (generators: Json | undefined, add: Add): void => {
  for (const one of Array.isArray(generators) ? (generators as readonly Json[]) : []) {
    const literals = isObject(one) ? one["literals"] : undefined;
    for (const literal of Array.isArray(literals) ? (literals as readonly Json[]) : []) {
      if (typeof literal !== "string") continue;
      const at = literal.indexOf("=");
      add(at < 0 ? "" : literal.slice(0, at), literal.slice(at + 1).replace(/^(["'])(.*)\1$/, "$2"));
    }
  }
};
