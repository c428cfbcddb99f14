import { describeRef, formatRef } from "@evenkeel/words";

import { findFault } from "./check-object.ts";
import type { ObjectFault } from "./check-object.ts";
import { flattenList, isList, looksLikeList } from "./flatten-list.ts";
import { refOf } from "./kube-object.ts";
import type { KubeObject } from "./kube-object.ts";
import { ManifestRefused } from "./manifest-refused.ts";
import type { ManifestProblem } from "./manifest-refused.ts";
import { parseYaml } from "./parse-yaml.ts";
import type { ParseYamlOptions, YamlDocument } from "./parse-yaml.ts";
import { stripServerFields } from "./strip-server-fields.ts";

/** Where an object is written; `document` counts from 1 within the file, empty ones included. */
export interface ObjectOrigin {
  readonly file: string;
  readonly document: number;
  readonly line: number;
}

export interface ManifestObject {
  readonly object: KubeObject;
  readonly origin: ObjectOrigin;
}

export interface ParsedManifests {
  readonly objects: readonly ManifestObject[];
  readonly warnings: readonly ManifestProblem[];
  /** Some scalar is written in a way that readers of YAML may differ about. */
  readonly odd: boolean;
}

/**
 * Reads the Kubernetes objects of one file in written order: empty documents skipped, Lists flattened once, server-owned
 * fields dropped with a warning. Throws ManifestRefused with the place of the first fault; two objects with one ref are
 * refused too, within this file (`refuseDuplicates` does it for a set).
 */
export const parseManifests = (bytes: Uint8Array, options: ParseYamlOptions): ParsedManifests => {
  const { documents, warnings, odd } = parseYaml(bytes, options);
  const objects: ManifestObject[] = [];
  const all: ManifestProblem[] = [...warnings];
  for (const [index, document] of documents.entries()) {
    if (document.value === null) continue;
    const lines = isList(document.value) ? document.itemPositions(["items"]).map(({ line }) => line) : [document.line];
    for (const [item, { value, path, inList }] of flattenList(document.value).entries()) {
      const problem = (fault: ObjectFault): ManifestProblem =>
        problemIn(options.file, document, { ...fault, path: [...path, ...fault.path] });
      if (inList && isList(value)) throw new ManifestRefused(problem(NESTED_LIST));
      const fault = findFault(value);
      if (fault !== undefined) throw new ManifestRefused(problem(fault));
      const { object, dropped } = stripServerFields(value as KubeObject);
      for (const at of all.length < WARNINGS_KEPT ? dropped : []) {
        const what = `${at.join(".")} of ${describeRef(refOf(object))} is written by the server and was left out`;
        all.push(problem({ code: "ObjectInvalid", path: at, problem: what, remedy: "remove it from the manifest" }));
      }
      objects.push({ object, origin: { file: options.file, document: index + 1, line: lines[item] ?? document.line } });
    }
  }
  refuseDuplicates(objects);
  return { objects, warnings: all, odd };
};

/** Throws `ObjectInvalid` for an object that kustomize takes for a list, and leaves out without a word. */
export const refuseLostObjects = (documents: readonly YamlDocument[], file: string): void => {
  for (const document of documents) {
    if (!looksLikeList(document.value) || isList(document.value)) continue;
    const problem = `kustomize takes ${document.value.kind} with items for a list and would leave it out`;
    const remedy = "give this object to an application of plain manifests";
    throw new ManifestRefused(problemIn(file, document, { code: "ObjectInvalid", path: ["kind"], problem, remedy }));
  }
};

const WARNINGS_KEPT = 200;

const NESTED_LIST: ObjectFault = {
  code: "ObjectInvalid",
  path: [],
  problem: "a List inside a List",
  remedy: "write its items in the outer List",
};

const problemIn = (
  file: string,
  document: YamlDocument,
  { code, path, problem, remedy }: ObjectFault,
): ManifestProblem => ({
  code,
  file,
  ...document.positionOf(path, "key"),
  problem,
  remedy,
});

/** Throws `DuplicateObject` naming both places when two objects have one ref; versions of one kind are one ref. */
export const refuseDuplicates = (objects: readonly ManifestObject[]): void => {
  const seen = new Map<string, ObjectOrigin>();
  for (const { object, origin } of objects) {
    const ref = refOf(object);
    const first = seen.get(formatRef(ref));
    if (first === undefined) {
      seen.set(formatRef(ref), origin);
      continue;
    }
    throw new ManifestRefused({
      code: "DuplicateObject",
      file: origin.file,
      line: origin.line,
      column: 1,
      problem: `${describeRef(ref)} is already written in ${first.file}:${first.line}`,
      remedy: "keep one of the two",
    });
  }
};
