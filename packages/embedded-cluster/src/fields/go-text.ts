import type { Value } from "../json.ts";
import { isMap } from "../json.ts";

const shortQuotes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};
const jsonSpecial = /&|["\\<>\u2028\u2029]|[\p{Cc}--[\u007f-\u009f]]/gv;
/** The common case: nothing to escape. */
const plain = /^[\w\-./: ]*$/;
const hex4 = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** A JSON string as Go's encoders write it: `<`, `>`, `&`, U+2028 and U+2029 escaped, no `\b` and `\f`. */
export const goJsonString = (text: string): string =>
  plain.test(text)
    ? `"${text}"`
    : `"${text.replaceAll(jsonSpecial, (character) => shortQuotes[character] ?? hex4(character))}"`;

const namedEscapes: Readonly<Record<string, string>> = {
  ...shortQuotes,
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\v": "\\v",
};
const unprintable = /["\\]|\p{C}|[\p{Z}--[ ]]/gv;
const escapeRune = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code < 0x1_0000) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
};

/** `%q` of a string. */
export const goQuote = (text: string): string =>
  `"${text.replaceAll(unprintable, (character) => namedEscapes[character] ?? escapeRune(character))}"`;

/** `%v` of a float64: exponent form once seven digits stand before the point, and below 1e-4. */
export const goFloat = (value: number): string => {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return value === 0 ? "0" : String(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
};

/** `%v` of decoded JSON: `map[a:1 b:[x y]]`, `<nil>`. */
export const goPlain = (value: Value): string => {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map((item) => goPlain(item)).join(" ")}]`;
  if (!isMap(value)) return typeof value === "number" && !Number.isInteger(value) ? goFloat(value) : String(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${goPlain(value[key] as Value)}`).join(" ")}]`;
};

/** `%#v` of decoded JSON: `map[string]interface {}{"a":1}`. */
export const goSyntax = (value: Value): string => {
  if (value === null) return "interface {}(nil)";
  if (typeof value === "string") return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item)).join(", ")}}`;
  if (!isMap(value)) return goPlain(value);
  const members = Object.keys(value).sort();
  return `map[string]interface {}{${members.map((key) => `${goQuote(key)}:${goSyntax(value[key] as Value)}`).join(", ")}}`;
};

/** `%T` of decoded JSON. */
export const goTypeName = (value: Value): string => {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (isMap(value)) return "map[string]interface {}";
  if (typeof value === "boolean" || typeof value === "string") return typeof value === "string" ? "string" : "bool";
  return typeof value === "bigint" || Number.isInteger(value) ? "int64" : "float64";
};
