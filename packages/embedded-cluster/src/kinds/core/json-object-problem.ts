import { goQuote } from "../validation/go-quote.ts";

const typeNames: Readonly<Record<string, string>> = { string: "string", number: "number", boolean: "bool" };

/** One character as encoding/json names it in its messages. */
const characterName = (character: string): string =>
  character === "'" ? String.raw`'\''` : character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;

/** Go's message for a text that is no JSON object; `undefined` when it is one. Exact for empty, non-object and garbled starts; else the general shape. */
export const jsonObjectProblem = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed === "") return "unexpected end of JSON input";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
    if (value === null) return undefined;
    const name = Array.isArray(value) ? "array" : (typeNames[typeof value] ?? "value");
    return `json: cannot unmarshal ${name} into Go value of type map[string]interface {}`;
  } catch {
    const first = trimmed.charAt(0);
    return /[{["\-0-9tfn]/.test(first)
      ? "unexpected end of JSON input"
      : `invalid character ${characterName(first)} looking for beginning of value`;
  }
};
