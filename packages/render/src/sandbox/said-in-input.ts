import { documentsOf } from "./documents.ts";
import { readNumbers } from "./numbers-told.ts";
import { TextIndex } from "./text-index.ts";
import { scalarsOf, unescaped, unmarked } from "./written-text.ts";

/** What of that which was said is in the input. */
export interface SaidInInput {
  /** A word, in lower case. */
  readonly has: (word: string) => boolean;
  readonly hasNumber: (value: number) => boolean;
}

const IS_YAML = /\.(?:ya?ml|json)$|(?:^|\/)kustomization$/i;
const BASE64 = /[A-Za-z0-9+/]{4,}={0,2}/g;

/** Looks for words and numbers in the input as it is written, as it is read, and in its base64. */
export const saidInInput = (
  files: ReadonlyMap<string, Uint8Array>,
  words: readonly string[],
  numbers: ReadonlySet<number>,
): SaidInInput => {
  const index = new TextIndex(words.join("\n").toLowerCase());
  const found = new Set<number>();
  const feed = (text: string): void => {
    index.feed(text.toLowerCase());
    if (numbers.size > 0) for (const number of readNumbers(text)) if (numbers.has(number)) found.add(number);
  };
  const feedRead = (text: string): void => {
    feed(text);
    const read = unescaped(text);
    if (read !== text) feed(read);
  };
  for (const [path, bytes] of files) {
    const text = unmarked(Buffer.from(bytes).toString("utf8"));
    feedRead(text);
    for (const run of new Set(text.match(BASE64))) feedRead(unmarked(Buffer.from(run, "base64").toString("utf8")));
    if (IS_YAML.test(path)) feedRead(unmarked(documentsOf(path, bytes).flatMap(scalarsOf).join("\n")));
  }
  return { has: (word) => index.has(word), hasNumber: (value) => found.has(value) };
};
