import type { SecretScalar } from "./secret-scalars.ts";
import { TextIndex } from "./text-index.ts";
import { unescaped } from "./written-text.ts";

/** What of a text is a value that is secret, although each of its words is a name. */
export interface SecretTest {
  /**
   * Strikes quoted pieces that are such a value or a part of one, what ends a line and is one, and values of more than one
   * name anywhere.
   */
  strike(said: string, names: ReadonlySet<string>): string;
  /** Whether `word`, which follows `before`, is a value under its key: `pin: web`, `pin=web` or `pin:web`. */
  isUnder(before: string, word: string): boolean;
  /** Whether these digits are a value or stand in one. */
  isNumber(digits: string): boolean;
}

// How Go, YAML and JSON quote; an apostrophe inside a word begins nothing.
const QUOTED = /"((?:[^"\\]|\\.)*)"|`([^`]*)`|(?<![\p{L}\p{N}])'((?:[^']|'')*)'/gu;

// How Go writes where in a template; what a chart puts there itself may be a value.
const IN_ANGLES = /<([^<>\n]*)>/g;

// A template that fails has the last word.
const LAST = /: ([^:\n]*)$/gm;

/** `isNameOnly`: the words of a text would all stay, although they are not one name together. */
export const secretTest = (
  scalars: readonly SecretScalar[],
  said: string,
  isNameOnly: (text: string) => boolean,
): SecretTest => {
  const lower = said.toLowerCase();
  const index = new TextIndex(lower);
  const occurring = new Map<string, string>();
  const all = new Set<string>();
  const pairs = new Set<string>();
  const saidDigits = new Set(said.match(/\d+/g));
  const digits = new Set<string>();
  for (const { key, text } of scalars) {
    const value = text.toLowerCase();
    pairs.add(`${key.toLowerCase()}:${value}`);
    if (all.has(value)) continue;
    all.add(value);
    for (const run of value.match(/\d+/g) ?? []) if (saidDigits.has(run)) digits.add(run);
    index.feed(value);
    if (index.holds(value)) occurring.set(value, text);
  }
  const several = [...occurring].flatMap(([value, text]) => (isNameOnly(text) ? [value] : [])).sort(longestFirst);

  const isSecret = (piece: string, names: ReadonlySet<string>): boolean => {
    const lines = unescaped(piece.replaceAll("''", "'"))
      .split("\n")
      .map((line) => line.trim());
    return lines.some((line) => isSecretLine(line, names));
  };
  const isSecretLine = (text: string, names: ReadonlySet<string>): boolean => {
    const value = text.toLowerCase();
    if (value === "") return false;
    if (all.has(value)) return true;
    // Paths and names of templates are quoted to say where; any other word may be the rest of a value that was read in part.
    if (text.includes("/") && names.has(text)) return false;
    return index.holds(value) && index.has(value);
  };
  return {
    strike: (text, names) =>
      several
        .reduce(without, text)
        .replace(QUOTED, (whole, double?: string, back?: string, single?: string) => {
          const piece = double ?? back ?? single ?? "";
          return isSecret(piece, names) ? `${whole.slice(0, 1)}***${whole.slice(-1)}` : whole;
        })
        .replace(IN_ANGLES, (whole, piece: string) => (all.has(piece.trim().toLowerCase()) ? "<***>" : whole))
        .replace(LAST, (whole, rest: string) => (all.has(rest.trim().toLowerCase()) ? ": ***" : whole)),
    isUnder: (before, word) => {
      const bare = word.toLowerCase().replace(/^[.:~]+|[.:~]+$/g, "");
      return pairs.has(bare) || pairs.has(`${before.toLowerCase().replace(/:+$/, "")}:${bare}`);
    },
    isNumber: (text) => digits.has(text),
  };
};

const longestFirst = (a: string, b: string): number => b.length - a.length;

const isWordPart = (text: string, at: number): boolean => /[\p{L}\p{N}]/u.test(text.charAt(at));

/** The text without a value that stands there by itself, in any case. */
const without = (text: string, value: string): string => {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return text.replaceAll(value, "***");
  let made = "";
  let done = 0;
  for (let at = lower.indexOf(value); at >= 0; at = lower.indexOf(value, at + 1)) {
    if (at < done || (at > 0 && isWordPart(lower, at - 1)) || isWordPart(lower, at + value.length)) continue;
    made += `${text.slice(done, at)}***`;
    done = at + value.length;
  }
  return made + text.slice(done);
};
