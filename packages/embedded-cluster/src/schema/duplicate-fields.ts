import { goQuote } from "../kinds/validation/go-quote.ts";
import type { TypeNode, TypeRef, TypeTable } from "./type-node.ts";

/** A member that an object has twice. */
export interface DuplicateField {
  /** `spec.containers[0].name` */
  readonly path: string;
  readonly key: string;
  /** Line of the later one, from 1. */
  readonly line: number;
}

/**
 * The server's `duplicate field "spec.replicas"` for each member that the JSON text has twice, in its order, each once.
 * With a type only where the server looks: not in unknown fields. The text must be valid JSON.
 */
export const findDuplicateFields = (text: string, type?: TypeRef, table?: TypeTable): readonly string[] => {
  const found = findDuplicates(text, type, table).map(({ path }) => `duplicate field ${goQuote(path)}`);
  return found.length < 2 ? found : [...new Set(found)];
};

/** All of them, with their lines. */
export const findDuplicates = (text: string, type?: TypeRef, table?: TypeTable): readonly DuplicateField[] => {
  const scan: Scan = { text, at: 0, path: [], table, found: [] };
  scanValue(scan, type === undefined ? "all" : scopeOf(type, table));
  return scan.found;
};

/** What is told of the values below: all (no schema), or nothing (unknown fields, raw JSON: the server does not look there). */
type Scope = TypeNode | "all" | "nothing";

interface Scan {
  readonly text: string;
  at: number;
  /** Keys and indexes that lead to the value at hand. */
  readonly path: (string | number)[];
  readonly table: TypeTable | undefined;
  readonly found: DuplicateField[];
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const LIST = 0x5b;
const LIST_END = 0x5d;

const scanValue = (scan: Scan, scope: Scope): void => {
  switch (nextCode(scan)) {
    case OBJECT:
      return scanObject(scan, scope);
    case LIST:
      return scanList(scan, scope);
    case QUOTE:
      return skipString(scan);
    default:
      return skipWord(scan);
  }
};

const scanObject = (scan: Scan, scope: Scope): void => {
  const { text, path } = scan;
  const seen = new Set<string>();
  scan.at += 1;
  if (nextCode(scan) === OBJECT_END) return void (scan.at += 1);
  do {
    nextCode(scan);
    const start = scan.at;
    skipString(scan);
    const key = unquoted(text.slice(start, scan.at));
    const inner = memberScope(scope, key, scan.table);
    path.push(key);
    if (inner !== undefined && scope !== "nothing" && seen.has(key))
      scan.found.push({ path: written(path), key, line: lineAt(text, scan.at) });
    seen.add(key);
    nextCode(scan);
    scan.at += 1; // the colon
    scanValue(scan, inner ?? "nothing");
    path.pop();
  } while (goesOn(scan));
};

const scanList = (scan: Scan, scope: Scope): void => {
  scan.at += 1;
  if (nextCode(scan) === LIST_END) return void (scan.at += 1);
  const inner = itemScope(scope, scan.table);
  let index = 0;
  do {
    scan.path.push(index);
    scanValue(scan, inner);
    scan.path.pop();
    index += 1;
  } while (goesOn(scan));
};

/** Steps over a comma, or over the end of an object or list. */
const goesOn = (scan: Scan): boolean => {
  const isComma = nextCode(scan) === COMMA;
  scan.at += 1;
  return isComma;
};

const nextCode = (scan: Scan): number => {
  let code = scan.text.charCodeAt(scan.at);
  while (code <= 0x20) code = scan.text.charCodeAt((scan.at += 1));
  return code;
};

const skipString = (scan: Scan): void => {
  const { text } = scan;
  let at = scan.at + 1;
  for (let code = text.charCodeAt(at); code !== QUOTE && at < text.length; code = text.charCodeAt(at))
    at += code === BACKSLASH ? 2 : 1;
  scan.at = at + 1;
};

/** Numbers, true, false and null end at a comma, a bracket or a space. */
const skipWord = (scan: Scan): void => {
  const { text } = scan;
  let at = scan.at + 1;
  for (let code = text.charCodeAt(at); at < text.length; code = text.charCodeAt((at += 1)))
    if (code === COMMA || code === OBJECT_END || code === LIST_END || code <= 0x20) break;
  scan.at = at;
};

const unquoted = (raw: string): string => (raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1));

const written = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");

const lineAt = (text: string, at: number): number => text.slice(0, at).split("\n").length;

const scopeOf = (ref: TypeRef, table: TypeTable | undefined): Scope => {
  const node = table?.resolve(ref) ?? "all";
  return typeof node === "object" && (node.kind === "untyped" || node.kind === "scalar") ? "nothing" : node;
};

/** `undefined` for a field that the struct does not have. */
const memberScope = (scope: Scope, key: string, table: TypeTable | undefined): Scope | undefined => {
  if (typeof scope === "string") return scope;
  if (scope.kind === "map") return scopeOf(scope.values, table);
  const field = scope.kind === "struct" && Object.hasOwn(scope.fields, key) ? scope.fields[key] : undefined;
  return field === undefined ? undefined : scopeOf(field.type, table);
};

const itemScope = (scope: Scope, table: TypeTable | undefined): Scope => {
  if (typeof scope === "string") return scope;
  return scope.kind === "list" ? scopeOf(scope.element, table) : "nothing";
};
