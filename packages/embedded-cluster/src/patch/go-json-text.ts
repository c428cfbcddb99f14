import { canonicalJson, type Json } from "@evenkeel/resource";

import { isMap, type Value } from "../json.ts";

/** JSON as Go's encoder writes it, in the order of the members: `<`, `>`, `&` and the line separators are escaped. */
export const goJsonText = (value: Value): string => escaped(plain(value));

/** The same of Go maps (custom resources): members are sorted at every level. */
export const goMapText = (value: Value): string => escaped(canonicalJson(value as Json));

const escaped = (text: string): string =>
  text.replaceAll(/[<>&\u2028\u2029]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });

const plain = (value: Value): string => {
  if (Array.isArray(value)) return `[${value.map((item) => plain(item)).join(",")}]`;
  if (!isMap(value)) return canonicalJson(value as Json);
  const members = Object.keys(value).map((key) => `${JSON.stringify(key)}:${plain(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
};
