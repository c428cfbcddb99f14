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

/** What is told of the values below: all (no schema), or nothing (unknown fields, raw JSON: the server does not look there). */
type Scope = TypeNode | "all" | "nothing";

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;

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
  const found: DuplicateField[] = [];
  let at = 0;

  const skipSpace = (): void => {
    while (text.charCodeAt(at) <= 32) at += 1;
  };
  const skipString = (): void => {
    at += 1;
    for (let code = text.charCodeAt(at); code !== QUOTE && at < text.length; code = text.charCodeAt(at))
      at += code === BACKSLASH ? 2 : 1;
    at += 1;
  };
  const line = (): number => {
    let lines = 1;
    for (let index = 0; index < at; index += 1) if (text.charCodeAt(index) === NEWLINE) lines += 1;
    return lines;
  };

  const scan = (path: () => string, scope: Scope): void => {
    skipSpace();
    const first = text[at];
    if (first === "{") return scanObject(path, scope);
    if (first === "[") return scanList(path, scope);
    if (first === '"') return skipString();
    while (at < text.length && !/[\s,\]}]/.test(text[at] ?? "")) at += 1;
  };

  const scanObject = (path: () => string, scope: Scope): void => {
    const seen = new Set<string>();
    for (at += 1; ; at += 1) {
      skipSpace();
      if (text[at] !== '"') break; // an empty object
      const start = at;
      skipString();
      const raw = text.slice(start, at);
      const key = raw.includes("\\") ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      const inner = memberScope(scope, key, table);
      const told = inner !== undefined && scope !== "nothing";
      const memberPath = (): string => (path() === "" ? key : `${path()}.${key}`);
      if (told && seen.has(key)) found.push({ path: memberPath(), key, line: line() });
      seen.add(key);
      skipSpace();
      at += 1; // the colon
      scan(memberPath, inner ?? "nothing");
      skipSpace();
      if (text[at] !== ",") break;
    }
    at += 1;
  };

  const scanList = (path: () => string, scope: Scope): void => {
    const inner = itemScope(scope, table);
    let index = 0;
    for (at += 1; ; at += 1) {
      skipSpace();
      if (text[at] === "]") break;
      const place = index;
      scan(() => `${path()}[${place}]`, inner);
      index += 1;
      skipSpace();
      if (text[at] !== ",") break;
    }
    at += 1;
  };

  scan(() => "", type === undefined ? "all" : scopeOf(type, table));
  return found;
};

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
