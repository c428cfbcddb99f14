import { isObject, parseYaml } from "@evenkeel/resource";
import type { Dialect, Json, JsonObject, ValuePath, YamlDocument } from "@evenkeel/resource";

import { RenderRefused, refuse } from "../render-refused.ts";
import type { RenderRefusalCode } from "../request.ts";
import type { FileEntry, RepositoryView } from "../source/repository-view.ts";
import { baseName } from "../source/repo-path.ts";
import { DEPRECATED, FIELDS } from "./fields.ts";

export const KUSTOMIZATION_FILES: readonly string[] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** One YAML document that is a map, with the places of its values. */
export interface ConfigDocument {
  readonly file: string;
  readonly value: JsonObject;
  /** A refusal at a value. */
  readonly refuse: (code: RenderRefusalCode, path: ValuePath, problem: string, remedy: string) => RenderRefused;
}

export const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];

/**
 * kustomize reads its own file as the API server reads YAML, and all other files, configurations of plugins too, in its
 * own way: `2026-01-01` is another text there.
 */
export const dialectOf = (file: string): Dialect =>
  KUSTOMIZATION_FILES.includes(baseName(file)) ? "api" : "kustomize";

/** The maps in a YAML text; empty documents are skipped, anything else is `RenderFailed`. */
export const readConfig = (file: string, bytes: Uint8Array, dialect: Dialect): readonly ConfigDocument[] =>
  readDocuments(file, bytes, dialect).documents;

/** `odd`: readers of YAML may differ about some scalar in it. */
const readDocuments = (
  file: string,
  bytes: Uint8Array,
  dialect: Dialect,
): { readonly documents: readonly ConfigDocument[]; readonly odd: boolean } => {
  const { documents, odd, warnings } = parseYaml(bytes, { file, dialect });
  const maps = documents.flatMap((document) => {
    if (document.value === null) return [];
    const at = refusalsIn(file, document);
    if (!isObject(document.value)) throw at("RenderFailed", [], "this is not a map", "write field: value");
    return [{ file, value: document.value, refuse: at }];
  });
  return { documents: maps, odd: odd || warnings.length > 0 };
};

const refusalsIn =
  (file: string, document: YamlDocument): ConfigDocument["refuse"] =>
  (code, path, problem, remedy) =>
    new RenderRefused({ code, file, ...document.positionOf(path), problem, remedy });

/** The one kustomization file of a directory; throws `RenderFailed` for none and for several. */
export const findKustomization = async (view: RepositoryView, directory: string): Promise<FileEntry> => {
  const found = (await view.list(directory)).filter(({ path }) => KUSTOMIZATION_FILES.includes(baseName(path)));
  const [file, second] = found;
  if (file === undefined) {
    throw refuse("RenderFailed", directory, "no kustomization.yaml here", "write one, or render the path as plain");
  }
  if (second === undefined) return file;
  const names = found.map(({ path }) => baseName(path)).join(" and ");
  throw refuse("RenderFailed", directory, `${names} in one directory`, "keep one of them");
};

/** Reads a kustomization: one document, only known fields, none that runs a program. */
export const readKustomization = (
  file: string,
  bytes: Uint8Array,
): { readonly document: ConfigDocument | undefined; readonly warnings: readonly string[]; readonly odd: boolean } => {
  const { documents, odd } = readDocuments(file, bytes, "api");
  const [document, second] = documents;
  if (document === undefined) return { document, warnings: [], odd };
  if (second !== undefined)
    throw second.refuse("RenderFailed", [], "a second document", "keep one kustomization a file");
  const warnings: string[] = [];
  for (const field of Object.keys(document.value)) {
    if (!Object.hasOwn(FIELDS, field)) {
      throw document.refuse("RenderFailed", [field], `the field ${field} is unknown`, "correct its name or remove it");
    }
    if (FIELDS[field as keyof typeof FIELDS] === "off") {
      const remedy = "render the chart in an application of its own, or commit its manifests";
      throw document.refuse("FeatureDisabled", [field], `${field} is not allowed`, remedy);
    }
    const advice = Object.hasOwn(DEPRECATED, field) ? DEPRECATED[field] : undefined;
    if (advice !== undefined) warnings.push(`${file}: ${field} is deprecated; ${advice}`);
  }
  return { document, warnings, odd };
};
