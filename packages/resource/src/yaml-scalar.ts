import type { Json } from "./json.ts";
import { readNumber } from "./yaml-number.ts";
import { readTimestamp } from "./yaml-timestamp.ts";

/**
 * Whose reading of YAML counts: `kustomize` is what kustomize (and so Flux) makes of a plain scalar, `api` what the API
 * server, kubectl and helm make of it. They differ in `yes` and its kin and in dates.
 */
export type Dialect = "kustomize" | "api";

/** What a plain scalar means; `other` is the reading of the other dialect where the two differ. */
export type ScalarReading =
  | { readonly kind: "value"; readonly value: Json; readonly other?: string }
  | { readonly kind: "refused"; readonly code: "ScalarRefused" | "ScalarAmbiguous"; readonly why: string };

const words = (value: Json, ...spellings: string[]): [string, Json][] => spellings.map((word) => [word, value]);

const WORDS = new Map<string, Json>([
  ...words(true, "true", "True", "TRUE"),
  ...words(false, "false", "False", "FALSE"),
  ...words(null, "", "~", "null", "Null", "NULL"),
]);

/** The YAML 1.1 booleans: true or false to the API server, strings to kustomize. */
const OLD_BOOLEANS = new Map<string, boolean>([
  ...(words(true, "y", "Y", "yes", "Yes", "YES", "on", "On", "ON") as [string, boolean][]),
  ...(words(false, "n", "N", "no", "No", "NO", "off", "Off", "OFF") as [string, boolean][]),
]);

const NOT_FINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
// The first characters that can begin anything but a string.
const MAY_RESOLVE = /^[-+.0-9~nNyYtTfFoO]/;

/** True if a plain scalar may mean something other than its own text: the fast way out for most scalars. */
export const mayResolve = (text: string): boolean => text === "" || MAY_RESOLVE.test(text);

/** Resolves a plain scalar; every row of the rules is in `parse-yaml.golden.test.ts`. */
export const resolvePlain = (text: string, dialect: Dialect): ScalarReading => {
  if (!mayResolve(text)) return { kind: "value", value: text };
  if (text.length <= 5) {
    const word = WORDS.get(text);
    if (word !== undefined) return { kind: "value", value: word };
    const old = OLD_BOOLEANS.get(text);
    if (old !== undefined) {
      return dialect === "api"
        ? { kind: "value", value: old, other: "a string" }
        : { kind: "value", value: text, other: "a boolean" };
    }
    if (NOT_FINITE.test(text)) return { kind: "refused", code: "ScalarRefused", why: "is not a finite number" };
  }
  return /^[-+.0-9]/.test(text) ? resolveDigits(text, dialect) : { kind: "value", value: text };
};

const resolveDigits = (text: string, dialect: Dialect): ScalarReading => {
  const time = readTimestamp(text);
  if (time !== undefined) {
    if (time === text) return { kind: "value", value: text };
    return dialect === "api"
      ? { kind: "value", value: text, other: "a date with its time" }
      : { kind: "value", value: time, other: "the text as written" };
  }
  const number = readNumber(text);
  switch (number.kind) {
    case "number":
      return { kind: "value", value: number.value };
    case "string":
      return { kind: "value", value: text };
    case "ambiguous":
      return {
        kind: "refused",
        code: "ScalarAmbiguous",
        why: "is a number to some readers only, or not the same number to all",
      };
    case "out-of-range":
      return { kind: "refused", code: "ScalarRefused", why: "is a number that would be rounded or become a string" };
  }
};

/** True for a plain scalar in one of the date forms, which are no strings in the place of a key. */
export const isTimestamp = (text: string): boolean => readTimestamp(text) !== undefined;
