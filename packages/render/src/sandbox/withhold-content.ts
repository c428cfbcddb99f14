import { namesIn } from "./names-of-input.ts";
import { isOwn } from "./own-words.ts";

/**
 * What a tool says without what its input holds: kustomize prints whole objects, helm values and lines of templates. A
 * word stays if it is a name (a path, a key, a kind, an object's or a template's name), one of the tools' own, or in no
 * file of the input, also not in base64; every other one is `***`.
 */
export const withholdContent = (said: string, files: ReadonlyMap<string, Uint8Array>): string => {
  const texts = [...files.values()].map((bytes) => Buffer.from(bytes).toString("utf8"));
  const content = [...texts, ...texts.flatMap(decodedIn)].join("\n").toLowerCase();
  const names = namesIn(files, texts);
  let before = "";
  return said.replace(BYTES, "[***]").replace(WORD, (word) => {
    const isPlace = /^\d+$/.test(word) && PLACE.test(before);
    before = word;
    return isPlace || isKept(word, names, content) ? word : "***";
  });
};

const isKept = (word: string, names: ReadonlySet<string>, content: string): boolean => {
  if (names.has(word) || isOwn(word)) return true;
  const parts = word.split(/[.:/~-]+/).filter((part) => part !== "");
  // Groups of digits are no name: a telephone number, a date and an address are made of them.
  const isName = (part: string): boolean => !/^\d+$/.test(part) && (names.has(part) || isOwn(part));
  if (parts.length > 1 && parts.every(isName)) return true;
  return !forms(word).some((form) => content.includes(form));
};

/** As it is, with what a sentence puts at its ends, and decoded. */
const forms = (word: string): readonly string[] => {
  const bare = word.replace(/^[.:~-]+|[.:~-]+$/g, "");
  const decoded = /^[A-Za-z0-9+/=_-]{4,}$/.test(bare) ? Array.from(Buffer.from(bare, "base64").toString("utf8")) : [];
  const isText =
    decoded.length > 0 && decoded.every((one) => /[\p{L}\p{N}\p{P}\p{S}\s]/u.test(one) && one !== "\ufffd");
  return [bare, ...(isText ? [decoded.join("").trim()] : [])]
    .filter((form) => form !== "")
    .map((form) => form.toLowerCase());
};

// What Go writes between the words of a value, its escapes among them.
const WORD = /(?:(?!\\[nrtabfv"'\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})[^\s"'`(){}[\],;|<>=&])+/gi;
// How Go prints bytes that are no text.
const BYTES = /\[\d{1,3}(?: \d{1,3})+\]/g;
const PLACE = /(?:^|:)(?:lines?|column|col|index|byte|offset|status)$/i;

const decodedIn = (text: string): readonly string[] =>
  [...text.matchAll(/[A-Za-z0-9+/]{4,}={0,2}/g)].map(([run]) => Buffer.from(run, "base64").toString("utf8"));
