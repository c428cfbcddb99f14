import type { Arbitrary } from "fast-check";

import type { Chance } from "./chance.ts";
import { made } from "./made.ts";

/** What readers stumble over whatever they read: ends of lines, marks, halves of characters, names that JavaScript has. */
const ODD_EVERYWHERE = [
  "\0",
  "\n",
  "\r",
  "\r\n",
  "\t",
  "\u001b[31m",
  "\u007f",
  "\u0085",
  "\u00a0",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\ufffe",
  "\uffff",
  "\u200b",
  "\u202e",
  "\ud800",
  "\udfff",
  "😀",
  "é",
  "e\u0301",
  "ß",
  "İ",
  "ſ",
  "K",
  "．",
  "／",
  "：",
  "＠",
  "%00",
  "%0a",
  "%2e%2e",
  "%2f",
  "%",
  "..",
  "../",
  "./",
  "/",
  "//",
  "\\",
  ":",
  "::",
  "@",
  "?",
  "#",
  "&",
  "=",
  "==",
  "*",
  ">",
  "~",
  "^",
  "|",
  "`",
  "$(x)",
  "${x}",
  "'",
  '"',
  "-",
  "--",
  "--upload-pack=x",
  "-oProxyCommand=x",
  ";id",
  " ",
  "  ",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "null",
  "true",
  "NaN",
  "0",
  "-1",
  "1e309",
  "9007199254740993",
  "18446744073709551616",
  "0x10",
  "{}",
  "[]",
  "{",
  "}",
  "[",
  "]",
  ",",
  "",
] as const;

export interface TextSource {
  /** What others publish: examples of standards, of documentation, of attacks that worked elsewhere. */
  readonly corpus: readonly string[];
  /** Words of the grammar, put in anywhere. */
  readonly words?: readonly string[];
  /** A text by the grammar; half of all begin as one. */
  readonly make?: (chance: Chance) => string;
}

/** How often a text is blown up: rarely, for time grows with the text, but often enough to see what grows faster. */
const HUGE_ONCE_IN = 4_000;
const MOST_REPEATED = 60_000;

const cut = (chance: Chance, text: string): readonly [from: number, to: number] => {
  const from = chance.below(text.length + 1);
  return [from, from + chance.below(Math.min(text.length - from, 24) + 1)];
};

const mutations: readonly ((text: string, chance: Chance, words: readonly string[], other: string) => string)[] = [
  (text, chance) => (([from, to]) => text.slice(0, from) + text.slice(to))(cut(chance, text)),
  (text, chance) => (([from, to]) => text.slice(0, to) + text.slice(from))(cut(chance, text)),
  (text, chance, words) =>
    ((at) => text.slice(0, at) + chance.pick(words) + text.slice(at))(chance.below(text.length + 1)),
  (text, chance, words) =>
    (([from, to]) => text.slice(0, from) + chance.pick(words) + text.slice(to))(cut(chance, text)),
  (text, chance, words) =>
    (([from]) => text.slice(0, from) + chance.pick(words) + text.slice(from + 1))(cut(chance, text)),
  (text, chance) => chance.pick(ODD_EVERYWHERE) + text,
  (text, chance) => text + chance.pick(ODD_EVERYWHERE),
  (text, chance, _words, other) =>
    text.slice(0, chance.below(text.length + 1)) + other.slice(chance.below(other.length + 1)),
  (text, chance) => (chance.once(2) ? text.toUpperCase() : text.toLowerCase()),
  (text, chance) => {
    const at = chance.below(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(chance.below(chance.once(4) ? 0x10000 : 0x80)) + text.slice(at + 1);
  },
];

/** One text of the source, as it is or changed a few times. */
export const textOf = (chance: Chance, { corpus, words = [], make }: TextSource): string => {
  let text = make !== undefined && chance.once(2) ? make(chance) : chance.pick(corpus);
  if (chance.once(6)) return text;
  const all = chance.once(3) || words.length === 0 ? ODD_EVERYWHERE : words;
  for (let left = 1 + chance.below(3); left > 0; left -= 1)
    text = chance.pick(mutations)(text, chance, all, chance.pick(corpus));
  if (!chance.once(HUGE_ONCE_IN)) return text;
  const [from, to] = cut(chance, text);
  const piece = text.slice(from, to) || chance.pick(all) || "a";
  return text.slice(0, from) + piece.repeat(1 + chance.below(Math.ceil(MOST_REPEATED / piece.length))) + text.slice(to);
};

/** Shorter texts, the shortest first: halves, then without each piece, then with each character as plain as can be. */
export const smallerTexts = function* (text: string): Generator<string> {
  if (text === "") return;
  yield "";
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < text.length; at += size) yield text.slice(0, at) + text.slice(at + size);
  if (text.length > 200) return;
  for (let at = 0; at < text.length; at += 1)
    if (!/[a/.]/.test(text[at] ?? "a")) yield `${text.slice(0, at)}a${text.slice(at + 1)}`;
};

/** Texts of a source, made smaller where one fails. */
export const texts = (source: TextSource): Arbitrary<string> =>
  made({ make: (chance) => textOf(chance, source), smaller: smallerTexts });
