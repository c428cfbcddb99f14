import { parseYaml } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

/** The documents of a file of YAML; none of a template, or of what the tool complains of. */
export const documentsOf = (file: string, bytes: Uint8Array): readonly Json[] => {
  try {
    return parseYaml(bytes, { file, dialect: "kustomize" }).documents.map(({ value }) => value);
  } catch {
    return []; // a template, or what the tool complains of: it has no names then
  }
};
