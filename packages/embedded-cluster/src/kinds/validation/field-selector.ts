import { SelectorRefused } from "./label-selector.ts";

/** One condition on a field: `path` as the client wrote it (`metadata.name`). */
export interface FieldTerm {
  readonly path: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** Terms between commas; an escaped comma belongs to its term. */
const splitTerms = (text: string): readonly string[] => {
  const terms: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === ",") {
      terms.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...terms, text.slice(start)];
};

const unescapeValue = (value: string): string => {
  let plain = "";
  for (let at = 0; at < value.length; at += 1) {
    const character = String.fromCodePoint(value.codePointAt(at) ?? 0);
    if (character === "," || character === "=")
      throw new SelectorRefused(`invalid field selector: unescaped character in value: ${character.codePointAt(0)}`);
    if (character !== "\\") {
      plain += character;
      at += character.length - 1;
      continue;
    }
    at += 1;
    const next = at < value.length ? String.fromCodePoint(value.codePointAt(at) ?? 0) : "";
    if (next !== "\\" && next !== "," && next !== "=")
      throw new SelectorRefused(`invalid field selector: invalid escape sequence: \\${next}`);
    plain += next;
  }
  return plain;
};

/** Reads a fieldSelector parameter as the API server does, terms in the server's (sorted) order; throws SelectorRefused with its message. Which paths a kind supports is for the caller to check. */
export const parseFieldSelector = (text: string): readonly FieldTerm[] =>
  splitTerms(text)
    .toSorted()
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
      if (match === null) throw new SelectorRefused(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, path = "", operator, value = ""] = match;
      return { path, operator: operator === "!=" ? ("!=" as const) : ("=" as const), value: unescapeValue(value) };
    })
    .filter(({ path, value }) => path !== "" || value !== "");

/** Do the fields of an object (by path; absent counts as "") meet every term? */
export const matchesFields = (terms: readonly FieldTerm[], fieldOf: (path: string) => string): boolean =>
  terms.every(({ path, operator, value }) => (fieldOf(path) === value) === (operator === "="));
