import { isObject } from "@evenkeel/resource";
import type { Json, YamlDocument } from "@evenkeel/resource";

import { checkMeaning } from "./check-meaning.ts";
import { checkSchema } from "./check-schema.ts";
import type { Fault } from "./check-schema.ts";
import type { DeclarationError } from "./declaration-error.ts";
import type { Declaration, OverrideSpec } from "./kinds.ts";
import { isDeclarationKind, schemas } from "./schema/schemas.ts";
import type { DeclarationKind } from "./schema/schemas.ts";
import { didYouMean } from "./suggest.ts";
import {
  applicationWithDefaults,
  approvalOf,
  clusterWithDefaults,
  overrideOf,
  repositoryWithDefaults,
} from "./with-defaults.ts";
import type { WrittenApplication, WrittenApproval, WrittenCluster, WrittenRepository } from "./with-defaults.ts";

/** One document of a fleet file: what it says, or what is wrong with it; who it is, if that can be read at all. */
export interface ReadDocument {
  readonly file: string;
  readonly kind: DeclarationKind | undefined;
  readonly name: string | undefined;
  readonly declaration: Declaration | undefined;
  readonly errors: readonly DeclarationError[];
  /** Gives a fault its place in this document. */
  readonly locate: (fault: Fault) => DeclarationError;
}

const formatPath = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (/^\d+$/.test(String(step)) ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");

/** Reads one document; never throws. */
export const readDocument = (file: string, document: YamlDocument): ReadDocument => {
  const locate = ({ path, part, message, remedy }: Fault): DeclarationError => ({
    file,
    ...document.positionOf(path, part),
    path: formatPath(path),
    message,
    remedy,
  });
  const { value } = document;
  const kindText = isObject(value) ? value["kind"] : undefined;
  const metadata = isObject(value) ? value["metadata"] : undefined;
  const nameText = isObject(metadata) ? metadata["name"] : undefined;
  const kind = isDeclarationKind(kindText) ? kindText : undefined;
  const name = typeof nameText === "string" ? nameText : undefined;
  const read = orFault(() => {
    const faults = kind === undefined ? [unknownKind(value, kindText)] : faultsOf(kind, value);
    const sound = faults.length === 0 && kind !== undefined && name !== undefined && isObject(value);
    return { faults, declaration: sound ? declare(kind, name, labelsOf(metadata), value["spec"], file) : undefined };
  });
  return { file, kind, name, declaration: read.declaration, errors: read.faults.map(locate), locate };
};

/** Of one document: each has to be found in its text. */
const MOST_FAULTS = 100;

const faultsOf = (kind: DeclarationKind, value: Json): readonly Fault[] => {
  const all = [...checkSchema(kind, value), ...checkMeaning(kind, value).map((fault) => () => fault)];
  const faults = all.slice(0, MOST_FAULTS).map((tell) => tell());
  const more = all.length - faults.length;
  if (more === 0) return faults;
  const remedy = "correct these first, then check again";
  return [...faults, { path: [], part: "value", message: `${more} more faults like these`, remedy }];
};

interface Checked {
  readonly faults: readonly Fault[];
  readonly declaration: Declaration | undefined;
}

/** A fault of our own in checking one document is a fault of that document, never of the fleet. */
const orFault = (check: () => Checked): Checked => {
  try {
    return check();
  } catch (error) {
    const message = `this document cannot be checked: ${String(error).slice(0, 200)}`;
    const remedy = "write it as the reference shows it, and report this message";
    return { faults: [{ path: [], part: "value", message, remedy }], declaration: undefined };
  }
};

const unknownKind = (value: Json, kind: Json | undefined): Fault => {
  const known = Object.keys(schemas);
  if (!isObject(value))
    return { path: [], part: "value", message: "expected a mapping", remedy: "write one declaration" };
  if (typeof kind !== "string")
    return { path: ["kind"], part: "value", message: "is required", remedy: `add kind: one of ${known.join(", ")}` };
  const remedy = didYouMean(kind, known, `known kinds: ${known.join(", ")}`);
  return { path: ["kind"], part: "value", message: `unknown kind "${kind.slice(0, 60)}"`, remedy };
};

const labelsOf = (metadata: Json | undefined): { readonly [key: string]: string } => ({
  ...((isObject(metadata) ? metadata["labels"] : undefined) as { readonly [key: string]: string } | undefined),
});

// The schema has passed the spec: the casts name what it has checked.
const declare = (
  kind: DeclarationKind,
  name: string,
  labels: { readonly [key: string]: string },
  spec: unknown,
  file: string,
): Declaration | undefined => {
  const rest = { metadata: { name, labels }, file, changedAt: 0 };
  switch (kind) {
    case "Repository":
      return { kind, ...rest, spec: repositoryWithDefaults(spec as WrittenRepository) };
    case "Cluster":
      return { kind, ...rest, spec: clusterWithDefaults(spec as WrittenCluster) };
    case "Application":
      return { kind, ...rest, selectedAt: 0, spec: applicationWithDefaults(name, spec as WrittenApplication) };
    case "Override":
      return { kind, ...rest, spec: overrideOf(spec as OverrideSpec) };
    case "Approval":
      return { kind, ...rest, spec: approvalOf(spec as WrittenApproval) };
    case "Alert":
      return undefined;
  }
};
