import { ManifestRefused, parseJson, parseYaml } from "@evenkeel/resource";

import type { Value } from "../json.ts";
import { findDuplicates } from "../schema/duplicate-fields.ts";
import { jsonTypeOf } from "../schema/explain.ts";
import { badPatch } from "./patch-failed.ts";

/**
 * An apply body as the server reads it: as YAML, even when it is JSON, in which some characters change or are refused
 * (sigs.k8s.io/yaml over go-yaml 2). An empty body is an empty map. Throws PatchFailed (400).
 */
export const readApplyBody = (body: Uint8Array): Value => {
  const value = readJsonBody(body) ?? readYamlBody(body);
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw badPatch(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type map[string]interface {}`,
    );
  return value;
};

/**
 * What strict reading says of members that the body has twice: `error converting YAML to JSON: yaml: unmarshal errors:
 * ...`, undefined when nothing. Only of JSON bodies: YAML with duplicates is refused at once.
 */
export const applyBodyDuplicates = (body: Uint8Array): string | undefined => {
  const text = Buffer.from(body).toString("utf8");
  if (!text.trimStart().startsWith("{")) return undefined;
  const found = findDuplicates(text).map(
    ({ key, line }) => `\n  line ${line}: key ${JSON.stringify(key)} already set in map`,
  );
  return found.length === 0 ? undefined : `error converting YAML to JSON: yaml: unmarshal errors:${found.join("")}`;
};

const refuse = (why: string) => badPatch(`error decoding YAML: error converting YAML to JSON: yaml: ${why}`);

// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]/;
const LINE_BREAKS = /[\u0085\u2028\u2029]/;
const MAYBE_LONG_KEY = /[^"]{1000}/;
const MOST_IN_KEY = 1024;

/** JSON as YAML: the fast way for nearly all bodies. `undefined` when it is no JSON. */
const readJsonBody = (body: Uint8Array): Value | undefined => {
  let text = Buffer.from(body).toString("utf8");
  if (!text.trimStart().startsWith("{")) return undefined;
  if (CONTROL.test(text)) throw refuse("control characters are not allowed");
  if (text.includes("\uFFFD") && !isUtf8(body)) throw refuse("invalid leading UTF-8 octet");
  if (text.includes("\\")) refuseEscapes(text);
  if (LINE_BREAKS.test(text) || MAYBE_LONG_KEY.test(text)) refuseKeys(text);
  if (LINE_BREAKS.test(text)) text = foldBreaks(text);
  let value: Value;
  try {
    value = parseJson(text) as Value;
  } catch {
    return undefined;
  }
  return hasInfinity(text) ? withoutInfinity(text) : value;
};

/** A key must lie on one line and be short, else YAML takes it for a value and misses the comma after it. */
const refuseKeys = (text: string): void => {
  for (const { 0: whole, 1: key = "", index } of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"/gs)) {
    if (key === "" || (!LINE_BREAKS.test(key) && Array.from(key).length <= MOST_IN_KEY)) continue;
    const line = breaksBefore(text, index + whole.length);
    throw refuse(`${line === 0 ? "" : `line ${line}: `}did not find expected ',' or '}'`);
  }
};

const breaksBefore = (text: string, offset: number): number =>
  text.slice(0, offset).match(/[\n\u0085\u2028\u2029]/g)?.length ?? 0;

const isUtf8 = (body: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
};

/** Inside a quoted scalar a run of line breaks folds: one becomes a space, the first of several goes; U+2028 and U+2029 stay. */
const foldBreaks = (text: string): string =>
  text.replaceAll(/[ \t]*(?:[\u0085\u2028\u2029][ \t]*)+/g, (run) => {
    const breaks = run.replaceAll(/[ \t]/g, "");
    const [first, ...more] = breaks;
    const rest = more.map((each) => (each === "\u0085" ? "\\n" : each)).join("");
    if (first !== "\u0085") return (first ?? "") + rest;
    return rest === "" ? " " : rest;
  });

/** Escapes that JSON has and this YAML has not. */
const refuseEscapes = (text: string): void => {
  for (const { 0: escape, index } of text.matchAll(/\\(?:u[0-9a-fA-F]{4}|[^u])/g)) {
    const isSurrogate = /^\\u[dD][89a-fA-F]/.test(escape);
    if (escape !== "\\/" && !isSurrogate) continue;
    const line = breaksBefore(text, index);
    const why = isSurrogate ? "found invalid Unicode character escape code" : "found unknown escape character";
    throw refuse(`${line === 0 ? "" : `line ${line + 1}: `}${why}`);
  }
};

/** A number beyond any float is a string to YAML. */
const hasInfinity = (text: string): boolean => /\d[eE]\+?\d{3}/.test(text);
const withoutInfinity = (text: string): Value =>
  JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && !Number.isFinite(value) ? context?.source : value,
  ) as Value;

const readYamlBody = (body: Uint8Array): Value => {
  try {
    const { documents } = parseYaml(body, { file: "body", dialect: "api" });
    return (documents[0]?.value ?? null) as Value;
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
    const text = Buffer.from(body).toString("utf8");
    // The words of go-yaml only for what is a broken JSON object; else our own.
    if (!text.trimStart().startsWith("{")) throw refuse(error.message);
    throw refuse(`line ${breaksBefore(text, text.length) + 1}: did not find expected ',' or '}'`);
  }
};
