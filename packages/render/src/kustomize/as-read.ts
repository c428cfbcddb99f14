import { canonicalJson, isObject, parseYaml } from "@evenkeel/resource";
import type { Json, JsonObject } from "@evenkeel/resource";

import { dialectOf, KUSTOMIZATION_FILES } from "./kustomization.ts";
import { isInline } from "./references.ts";
import { baseName } from "../source/repo-path.ts";

/**
 * A file that tells kustomize what to do, written anew from what our parser has read: the program can find nothing in it
 * that was not checked, however its own parser reads the author's text.
 */
export const asRead = (file: string, bytes: Uint8Array): Uint8Array => {
  const isKustomization = KUSTOMIZATION_FILES.includes(baseName(file));
  const values = parseYaml(bytes, { file, dialect: dialectOf(file) }).documents.map(({ value }) => value);
  return new TextEncoder().encode(documents(isKustomization ? values.map(kustomization) : values));
};

const documents = (values: readonly Json[]): string =>
  values
    .filter((value) => value !== null)
    .map((value) => `${escaped(canonicalJson(value))}\n`)
    .join("---\n");

/** JSON is YAML but for these, which are line breaks or nothing to readers of YAML. */
const escaped = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const PLUGIN_FIELDS = ["generators", "transformers", "validators"];

const kustomization = (value: Json): Json => {
  if (!isObject(value)) return value;
  const made: { [field: string]: Json | undefined } = { ...value };
  for (const field of PLUGIN_FIELDS) {
    const items = made[field];
    if (Array.isArray(items))
      made[field] = (items as readonly Json[]).map((item) => (isInline(item) ? inline(item) : item));
  }
  // kustomize renames the old field in the text, where it finds it in the way of YAML only.
  const { imageTags, ...rest } = made;
  return (
    imageTags === undefined || rest["images"] !== undefined ? made : { ...rest, images: imageTags }
  ) as JsonObject;
};

const inline = (text: string): string =>
  documents(
    parseYaml(new TextEncoder().encode(text), { file: "a plugin", dialect: "kustomize" }).documents.map(
      ({ value }) => value,
    ),
  );
