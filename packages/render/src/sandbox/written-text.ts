import type { Json } from "@evenkeel/resource";

/** The escapes of YAML, JSON and Go: what stands for one character. */
export const ESCAPE = /\\(?:x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[0-7]{3}|[nrtabfv"'\\])/;

const ESCAPES = new RegExp(String.raw`${ESCAPE.source}|\\\n[ \t]*|\\[/0e ]`, "g");

const CONTROLS: { readonly [letter: string]: string } = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  e: "\x1b",
};

/** The text that such escapes stand for; in double quotes of YAML a line that ends in one goes on in the next. */
export const unescaped = (text: string): string =>
  text.includes("\\") ? text.replace(ESCAPES, (escape) => characterOf(escape.slice(1))) : text;

const characterOf = (escape: string): string => {
  if (escape.startsWith("\n")) return "";
  if (/^[xu]./i.test(escape)) {
    const code = Number.parseInt(escape.slice(1), 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  }
  if (/^[0-7]/.test(escape)) return String.fromCodePoint(Number.parseInt(escape, 8));
  return CONTROLS[escape] ?? escape;
};

/** Without the two characters that mark places of names: who looks for a value takes them out of it as well. */
export const unmarked = (text: string): string => text.replace(/[\ue000\ue001]/g, "");

/** What the fields and lists of a document hold, a line each, as its reader takes them. */
export const scalarsOf = (value: Json | undefined): readonly string[] => {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap((one) => scalarsOf(one as Json));
  return value === undefined || value === null ? [] : [String(value)];
};
