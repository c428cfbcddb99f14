import { checkReferences } from "./check-references.ts";
import type { Known } from "./check-references.ts";
import type { DeclarationError } from "./declaration-error.ts";
import { declarationsOf, emptyDeclarationSet, toDeclarationSet } from "./declaration-set.ts";
import type { DeclarationSet } from "./declaration-set.ts";
import type { Declaration } from "./kinds.ts";
import { matchesNothing } from "./match-nothing.ts";
import type { ReadDocument } from "./read-document.ts";
import { readFiles } from "./read-files.ts";
import type { FleetFile, ReadFiles } from "./read-files.ts";

export interface ParseFleetOptions {
  /** What was accepted last: the version that a bad document falls back to. */
  readonly previous?: DeclarationSet;
  /** Declares the Cluster `local` (the kubeconfig's current context) where the fleet names no Cluster at all. */
  readonly localCluster?: boolean;
}

export interface ParsedFleet {
  readonly set: DeclarationSet;
  /** By file, line and column; last those that only wait for another document to be mended, one for each of these. */
  readonly errors: readonly DeclarationError[];
  /** `Kind/name` of declarations that stand as last accepted because their document is bad or gone from sight. */
  readonly held: readonly string[];
  /** What is no fault and will not do what it seems to; worked out when it is asked for, as only people ask. */
  readonly warnings: () => readonly DeclarationError[];
}

const keyOf = (kind: string, name: string): string => `${kind}/${name}`;

/**
 * Reads a whole fleet. A bad document holds only itself: its last accepted version stays. A file that does not parse
 * keeps every declaration last accepted from it; a removal counts only in a file that parses. Never throws on input.
 */
export const parseFleet = (files: readonly FleetFile[], options: ParseFleetOptions = {}): ParsedFleet => {
  const read = readFiles(files);
  const previous = new Map(
    declarationsOf(options.previous ?? emptyDeclarationSet).map((item) => [keyOf(item.kind, item.metadata.name), item]),
  );
  const errors: DeclarationError[] = [...read.errors, ...read.documents.flatMap((document) => document.errors)];
  const accepted = new Map<string, Declaration>();
  const origin = new Map<string, ReadDocument>();

  for (const [key, documents] of byKey(read.documents)) {
    const [document, ...others] = incumbentFirst(documents, previous.get(key)?.file);
    for (const other of others) errors.push(declaredTwice(other, document));
    const declaration = document?.declaration ?? previous.get(key);
    if (declaration === undefined || document === undefined) continue;
    accepted.set(key, declaration);
    if (document.declaration !== undefined) origin.set(key, document);
  }
  for (const [key, declaration] of previous)
    if (!accepted.has(key) && !isLocal(declaration) && !isGone(declaration.file, read)) {
      accepted.set(key, declaration);
      if (!read.paths.has(declaration.file)) errors.push(stays(declaration, read));
    }
  if (options.localCluster === true && namesNoCluster(read, accepted)) accepted.set(keyOf("Cluster", "local"), local);

  const faulty = new Set(
    read.documents.flatMap(({ declaration, kind = "", name = "" }) =>
      declaration === undefined ? [keyOf(kind, name)] : [],
    ),
  );
  const astray = settleReferences(accepted, previous, origin, faulty);
  const set = toDeclarationSet(accepted.values());
  return {
    set,
    warnings: () =>
      [...origin]
        .flatMap(([key, { locate }]) => {
          const declaration = accepted.get(key);
          return declaration === undefined ? [] : matchesNothing(declaration, set).map(locate);
        })
        .toSorted(byPlace),
    errors: [...[...errors, ...astray.own].toSorted(byPlace), ...astray.waiting.toSorted(byPlace)],
    held: [...accepted.keys()]
      .filter((key) => previous.has(key) && !origin.has(key) && key !== "Cluster/local")
      .toSorted(),
  };
};

const byKey = (documents: readonly ReadDocument[]): ReadonlyMap<string, readonly ReadDocument[]> =>
  Map.groupBy(
    documents.filter(({ kind, name }) => kind !== undefined && name !== undefined),
    ({ kind, name }) => keyOf(kind ?? "", name ?? ""),
  );

// Who was there first keeps the name; a newcomer in another file cannot take it.
const incumbentFirst = (documents: readonly ReadDocument[], file: string | undefined): readonly ReadDocument[] =>
  documents.toSorted((a, b) => Number(b.file === file) - Number(a.file === file));

const declaredTwice = (other: ReadDocument, first: ReadDocument | undefined): DeclarationError => {
  const at = first?.locate({ path: ["metadata", "name"], part: "value", message: "", remedy: "" });
  return other.locate({
    path: ["metadata", "name"],
    part: "value",
    message: `${other.kind} "${other.name}" is declared twice, first at ${at?.file}:${at?.line}`,
    remedy: "give one of them another name, or remove it",
  });
};

// A file that vanished may have moved into one that cannot be read: then nothing counts as removed.
const isGone = (file: string, read: ReadFiles): boolean =>
  read.paths.has(file) ? !read.unclear.has(file) : read.unclear.size === 0;

// What stays against the author's will has to say so, and until when.
const stays = ({ file, kind, metadata }: Declaration, { unclear }: ReadFiles): DeclarationError => {
  const [first = "", ...more] = [...unclear].toSorted();
  const others = more.length === 0 ? "" : ` and ${more.length} more`;
  const message = `${kind} "${metadata.name}" stays as last accepted: nothing counts as removed while ${first}${others} cannot be read`;
  return { file, line: 1, column: 1, path: "", message, remedy: `correct or remove ${first}${others}` };
};

const local: Declaration = {
  kind: "Cluster",
  metadata: { name: "local", labels: {} },
  file: "",
  changedAt: 0,
  spec: { connection: { context: "" }, tenancy: { allowConnectionIdentity: true } },
};
const isLocal = (declaration: Declaration): boolean => declaration.file === "";

const namesNoCluster = (read: ReadFiles, accepted: ReadonlyMap<string, Declaration>): boolean =>
  !read.documents.some(({ kind }) => kind === "Cluster") &&
  ![...accepted.values()].some(({ kind }) => kind === "Cluster");

/** A name that is near is looked for among all: where a Repository goes, every Application of it would ask. */
const MOST_SUGGESTIONS = 20;

// A document whose references fail falls back to its last accepted version, and keeps the Repository that one needs.
const settleReferences = (
  accepted: Map<string, Declaration>,
  previous: ReadonlyMap<string, Declaration>,
  origin: Map<string, ReadDocument>,
  faulty: ReadonlySet<string>,
): { readonly own: readonly DeclarationError[]; readonly waiting: readonly DeclarationError[] } => {
  const ids = idHolders(accepted, previous);
  const names = Map.groupBy(accepted.values(), ({ kind }) => kind);
  let suggestions = MOST_SUGGESTIONS;
  const known: Known = {
    has: (kind, name) => accepted.has(keyOf(kind, name)),
    names: (kind) => (suggestions-- > 0 ? (names.get(kind) ?? []).map(({ metadata }) => metadata.name) : []),
    isFaulty: (kind, name) => faulty.has(keyOf(kind, name)),
    holderOf: (id) => ids.get(id),
  };
  const waiting = new Map<string, DeclarationError[]>();
  const faults = [...accepted].map(([key, declaration]) => ({ key, faults: checkReferences(declaration, known) }));
  const errors: DeclarationError[] = [];
  for (const { key, faults: found } of faults) {
    if (found.length === 0) continue;
    const document = origin.get(key);
    for (const { error, one } of document === undefined
      ? []
      : found.map((fault) => ({ error: document.locate(fault), one: fault }))) {
      if (one.waitsFor === undefined) errors.push(error);
      else push(waiting, keyOf(one.waitsFor.kind, one.waitsFor.name), error);
    }
    origin.delete(key);
    const old = previous.get(key);
    if (old === undefined) {
      accepted.delete(key);
      continue;
    }
    accepted.set(key, old);
    if (old.kind !== "Application") continue;
    const source = keyOf("Repository", old.spec.repository);
    const kept = previous.get(source);
    if (!accepted.has(source) && kept !== undefined) accepted.set(source, kept);
  }
  return { own: errors, waiting: Array.from(waiting, ([key, all]) => waitingFor(key, all)) };
};

const push = (lists: Map<string, DeclarationError[]>, key: string, error: DeclarationError): void => {
  lists.set(key, [...(lists.get(key) ?? []), error]);
};

// One broken Repository is one thing to mend, however many name it.
const waitingFor = (key: string, errors: readonly DeclarationError[]): DeclarationError => {
  const [kind, name] = key.split("/");
  const first = errors.toSorted(byPlace)[0] as DeclarationError;
  const others = errors.length > 1 ? ` (${errors.length - 1} more wait for it, too)` : "";
  const message = `${kind} "${name?.slice(0, 63)}" is not accepted: its own document has faults${others}`;
  return { ...first, message, remedy: "mend that document; this one needs no change" };
};

const idHolders = (
  accepted: ReadonlyMap<string, Declaration>,
  previous: ReadonlyMap<string, Declaration>,
): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  for (const [key, item] of accepted) {
    if (item.kind !== "Application") continue;
    const old = previous.get(key);
    const incumbent = old?.kind === "Application" && old.spec.id === item.spec.id;
    if (incumbent || !ids.has(item.spec.id)) ids.set(item.spec.id, item.metadata.name);
  }
  return ids;
};

const byPlace = (a: DeclarationError, b: DeclarationError): number =>
  a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
