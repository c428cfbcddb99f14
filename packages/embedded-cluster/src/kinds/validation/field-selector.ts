import { SelectorRefused } from "./label-selector.ts";

/** One condition on a field: `path` as the client wrote it (`metadata.name`). */
export interface FieldTerm {
  readonly path: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** Reads a fieldSelector parameter, terms in the server's (sorted) order; throws SelectorRefused. Which paths a kind supports is for the caller to check. */
export const parseFieldSelector = (text: string): readonly FieldTerm[] =>
  text
    .split(",")
    .toSorted()
    .filter((term) => term !== "")
    .map((term) => {
      const match = /^([^=!]*)(!=|==|=)([^=\\]*)$/.exec(term);
      if (match === null) throw new SelectorRefused(`invalid selector: '${text}'; can't understand '${term}'`);
      const [, path = "", operator, value = ""] = match;
      return { path, operator: operator === "!=" ? "!=" : "=", value };
    });

/** Do the fields of an object (by path; absent counts as "") meet every term? */
export const matchesFields = (terms: readonly FieldTerm[], fieldOf: (path: string) => string): boolean =>
  terms.every(({ path, operator, value }) => (fieldOf(path) === value) === (operator === "="));
