import type { Tool } from "../tools.ts";
import { withFieldPaths } from "./field-paths.ts";
import { namePlaces } from "./name-places.ts";
import type { NamePlace } from "./name-places.ts";
import { namesIn, wordsOfTemplates } from "./names-of-input.ts";
import { fieldPathsIn } from "./names-of-tools.ts";
import { hasDigits, numbersIn, strikeNumbers } from "./numbers-told.ts";
import { isOwn } from "./own-words.ts";
import { saidInInput } from "./said-in-input.ts";
import { secretScalarsIn } from "./secret-scalars.ts";
import { secretTest } from "./secret-test.ts";
import { formsOf, partsOf } from "./word-forms.ts";
import { ESCAPE, unmarked } from "./written-text.ts";

/** The most of a tool's text that is looked at: about four times what is told of it. */
const LONGEST = 8_000;

/**
 * What a tool says without what its input holds: kustomize prints whole objects, helm values and lines of templates. A
 * word stays if it is a name (a path, a key, a kind, an object's or a template's name), one of the tools' own, or in no
 * file of the input, also not in base64; every other one is `***`. A value of a Secret or of a chart's values that is made
 * of names is `***` where it is quoted, stands under its key, or is more than one name.
 */
export const withholdContent = (tool: Tool["name"], full: string, files: ReadonlyMap<string, Uint8Array>): string => {
  const said = unmarked(full.slice(0, LONGEST)).replace(BYTES, "[***]");
  const words = [...new Set(said.match(WORD))].filter((word) => !IS_ESCAPE.test(word));
  const input = saidInInput(
    files,
    words.flatMap((word) => [word, ...[word, ...partsOf(word)].flatMap(formsOf)]),
    numbersIn(said),
  );
  const scalars = secretScalarsIn(files);
  const names = withFieldPaths(namesIn(files, words), fieldPathsIn(files), scalars);
  const secrets = secretTest(scalars, said, (text) => isNameOnly(text, names));
  const ofTemplates = wordsOfTemplates(files);
  const { places, foreignFrom } = namePlaces(tool, said, {
    isName: (text) => names.has(text),
    isOfTemplate: (word) => ofTemplates.has(word),
    isSecretNumber: (digits) => secrets.isNumber(digits),
  });
  const kept = places.map(({ start, end }) => said.slice(start, end));
  const restored = (text: string): string => text.replace(MARK, (_mark, at: string) => kept[Number(at)] ?? "");
  const toldOf = (text: string, isForeign: boolean): string => {
    let before = "";
    const told = strikeNumbers(secrets.strike(text, names), input.hasNumber).replace(WORD, (written) => {
      // A character that only an escape tells is one of a value; of what divides words all is told.
      if (IS_ESCAPE.test(written)) return IS_CONTROL.test(written) ? written : "***";
      const word = restored(written);
      if (isMarked(written)) return ((before = word), written);
      const isValue = secrets.isUnder(before, word);
      before = word;
      // In words of others any number may be a value that was written anew.
      if (isValue || (isForeign && hasDigits(word) && !(isName(word, names) && /\p{L}/u.test(word)))) return "***";
      if (isName(word, names)) return word;
      const parts = isForeign ? partsOf(word).filter((part) => !isName(part, names)) : [];
      return [word, ...parts].flatMap(formsOf).some((form) => input.has(form)) ? "***" : word;
    });
    return restored(told);
  };
  return [
    toldOf(marked(said, places, 0, foreignFrom), false),
    toldOf(marked(said, places, foreignFrom, said.length), true),
  ].join("");
};

/** A piece with each place in it by a mark, which no value is found in. */
const marked = (said: string, places: readonly NamePlace[], from: number, to: number): string => {
  let made = "";
  let done = from;
  for (const [at, { start, end }] of places.entries()) {
    if (start < from || end > to) continue;
    made += `${said.slice(done, start)}\ue000${at}\ue001`;
    done = end;
  }
  return made + said.slice(done, to);
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

const MARK = /\ue000(\d+)\ue001/g;
/** What a sentence puts at the ends of a name. */
const ENDS = /^[.:]+|[.:]+$/g;
// What Go writes between the words of a value, its escapes among them.
const WORD = new RegExp(String.raw`${ESCAPE.source}|(?:(?!${ESCAPE.source})[^\s"'\`(){}[\],;|<>=&])+`, "g");
const IS_ESCAPE = new RegExp(`^${ESCAPE.source}$`);
const IS_CONTROL = /^\\[nrtabfv"'\\]$/;
// How Go prints bytes that are no text.
const BYTES = /\[\d{1,3}(?: \d{1,3})+\]/g;
