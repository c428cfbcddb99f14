import { namePlaces } from "./name-places.ts";
import type { NamePlace } from "./name-places.ts";
import { namesIn, wordsOfTemplates } from "./names-of-input.ts";
import { isOwn } from "./own-words.ts";
import { fieldPathsIn } from "./names-of-tools.ts";
import { secretScalarsIn } from "./secret-scalars.ts";
import type { SecretScalar } from "./secret-scalars.ts";
import { secretTest } from "./secret-test.ts";
import { TextIndex } from "./text-index.ts";

/** The most of a tool's text that is looked at: about four times what is told of it. */
const LONGEST = 8_000;

/**
 * What a tool says without what its input holds: kustomize prints whole objects, helm values and lines of templates. A
 * word stays if it is a name (a path, a key, a kind, an object's or a template's name), one of the tools' own, or in no
 * file of the input, also not in base64; every other one is `***`. A value of a Secret or of a chart's values that is made
 * of names is `***` where it is quoted, stands under its key, or is more than one name.
 */
export const withholdContent = (full: string, files: ReadonlyMap<string, Uint8Array>): string => {
  const said = full
    .slice(0, LONGEST)
    .replace(/[\ue000\ue001]/g, "")
    .replace(BYTES, "[***]");
  const words = [...new Set(said.match(WORD))];
  const index = new TextIndex(
    words
      .flatMap((word) => [word, ...forms(word)])
      .join("\n")
      .toLowerCase(),
  );
  for (const bytes of files.values()) {
    const text = Buffer.from(bytes).toString("utf8");
    index.feed(text.toLowerCase());
    for (const run of new Set(text.match(BASE64)))
      index.feed(Buffer.from(run, "base64").toString("utf8").toLowerCase());
  }
  const scalars = secretScalarsIn(files);
  const names = withFieldPaths(namesIn(files, words), fieldPathsIn(files), scalars);
  const secrets = secretTest(scalars, said, (text) => isNameOnly(text, names));
  const ofTemplates = wordsOfTemplates(files);
  const places = namePlaces(said, { isName: (text) => names.has(text), isOfTemplate: (word) => ofTemplates.has(word) });
  const kept = places.map(({ start, end }) => said.slice(start, end));
  const restored = (text: string): string => text.replace(MARK, (_mark, at: string) => kept[Number(at)] ?? "");
  let before = "";
  const told = secrets.strike(marked(said, places), names).replace(WORD, (written) => {
    const word = restored(written);
    if (isMarked(written)) return ((before = word), written);
    const isPlace = /^\d+$/.test(word) && PLACE.test(before);
    const isValue = secrets.isUnder(before, word);
    before = word;
    if (isPlace) return word;
    return isValue || !(isName(word, names) || !forms(word).some((form) => index.has(form))) ? "***" : word;
  });
  return restored(told);
};

/** The way to a field is a name too, but for the steps of it that are a secret or a part of one, and no key. */
const withFieldPaths = (
  names: ReadonlySet<string>,
  paths: readonly string[],
  scalars: readonly SecretScalar[],
): ReadonlySet<string> => {
  const index = new TextIndex(paths.join("\n").toLowerCase());
  for (const { text } of scalars) index.feed(text.toLowerCase());
  const isOpen = (step: string): boolean => names.has(step) || !index.has(step.toLowerCase());
  return new Set([
    ...names,
    ...paths.flatMap((path) => (path.split(".").every(isOpen) ? [path, ...path.split(".")] : [])),
  ]);
};

/** Each place by a mark, which no value is found in. */
const marked = (said: string, places: readonly NamePlace[]): string => {
  let made = "";
  let done = 0;
  for (const [at, { start, end }] of places.entries()) {
    made += `${said.slice(done, start)}\ue000${at}\ue001`;
    done = end;
  }
  return made + said.slice(done);
};

/** A mark alone, or between what a sentence puts at the ends of a word. */
const isMarked = (written: string): boolean => /^[.:]*\ue000\d+\ue001[.:]*$/.test(written);

const isName = (word: string, names: ReadonlySet<string>): boolean => {
  if (names.has(word) || names.has(word.replace(ENDS, "")) || isOwn(word)) return true;
  const parts = word.split(/[.:/~-]+/).filter((part) => part !== "");
  // Groups of digits are no name: a telephone number, a date and an address are made of them.
  return parts.length > 1 && parts.every((part) => !/^\d+$/.test(part) && (names.has(part) || isOwn(part)));
};

/** Whether the words of a text would all stay, although they are not one name together. */
const isNameOnly = (text: string, names: ReadonlySet<string>): boolean =>
  !names.has(text) && !isOwn(text) && (text.match(WORD) ?? []).every((word) => isName(word, names));

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

const MARK = /\ue000(\d+)\ue001/g;
/** What a sentence puts at the ends of a name. */
const ENDS = /^[.:]+|[.:]+$/g;
// What Go writes between the words of a value, its escapes among them.
const WORD = /(?:(?!\\[nrtabfv"'\\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})[^\s"'`(){}[\],;|<>=&])+/gi;
// How Go prints bytes that are no text.
const BYTES = /\[\d{1,3}(?: \d{1,3})+\]/g;
const PLACE = /(?:^|:)(?:lines?|column|col|index|byte|offset|status)$/i;
const BASE64 = /[A-Za-z0-9+/]{4,}={0,2}/g;
