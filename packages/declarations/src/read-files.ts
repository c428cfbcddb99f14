import { ManifestRefused, parseYaml } from "@evenkeel/resource";

import type { DeclarationError } from "./declaration-error.ts";
import { readDocument } from "./read-document.ts";
import type { ReadDocument } from "./read-document.ts";

/** One file of the fleet, by its path relative to the fleet root. */
export interface FleetFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ReadFiles {
  /** In the order of path and document. */
  readonly documents: readonly ReadDocument[];
  readonly errors: readonly DeclarationError[];
  /** Files that do not parse, or hold a document that does not say who it is: nothing is known to be gone from them. */
  readonly unclear: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

/** Reads every document of every file; a file that does not parse gives one error with its place. */
export const readFiles = (files: readonly FleetFile[]): ReadFiles => {
  const documents: ReadDocument[] = [];
  const errors: DeclarationError[] = [];
  const unclear = new Set<string>();
  for (const { path, bytes } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    try {
      for (const document of parseYaml(bytes, { file: path, dialect: "api" }).documents) {
        if (document.value === null) continue;
        const read = readDocument(path, document);
        documents.push(read);
        if (read.kind === undefined || read.name === undefined) unclear.add(path);
      }
    } catch (error) {
      if (!(error instanceof ManifestRefused)) throw error;
      unclear.add(path);
      errors.push({
        file: path,
        line: error.line,
        column: error.column,
        path: "",
        message: error.problem,
        remedy: error.remedy,
      });
    }
  }
  return { documents, errors, unclear, paths: new Set(files.map(({ path }) => path)) };
};
