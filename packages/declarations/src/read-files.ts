import { ManifestRefused, parseYaml } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";

import type { DeclarationError } from "./declaration-error.ts";
import { readDocument } from "./read-document.ts";
import type { ReadDocument } from "./read-document.ts";

/** One file of the fleet, by its path relative to the fleet root. */
export interface FleetFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Why its content is not known: then nothing is known to be gone from the fleet. */
  readonly unreadable?: { readonly message: string; readonly remedy: string };
}

export interface ReadFiles {
  /** In the order of path and document. */
  readonly documents: readonly ReadDocument[];
  readonly errors: readonly DeclarationError[];
  /** Files that do not parse, or hold a document that does not say who it is: nothing is known to be gone from them. */
  readonly unclear: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

// A package.json beside declarations is told, but says nothing of what may be gone.
const isOtherJson = (path: string, value: Json): boolean =>
  path.endsWith(".json") &&
  !(typeof value === "object" && value !== null && ("kind" in value || "apiVersion" in value));
const notOurs = {
  message: "this is no declaration: it has neither apiVersion nor kind",
  remedy: "keep other files out of the fleet's path, or set EVENKEEL_FLEET_PATH",
};

/** Reads every document of every file; a file that does not parse gives one error with its place. */
export const readFiles = (files: readonly FleetFile[]): ReadFiles => {
  const documents: ReadDocument[] = [];
  const errors: DeclarationError[] = [];
  const unclear = new Set<string>();
  for (const { path, bytes, unreadable } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (unreadable !== undefined) {
      unclear.add(path);
      errors.push({ file: path, line: 1, column: 1, path: "", ...unreadable });
      continue;
    }
    try {
      for (const document of parseYaml(bytes, { file: path, dialect: "api" }).documents) {
        if (document.value === null) continue;
        if (isOtherJson(path, document.value)) {
          errors.push({ file: path, line: document.line, column: 1, path: "", ...notOurs });
          continue;
        }
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
