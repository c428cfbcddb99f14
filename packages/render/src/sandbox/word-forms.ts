const isText = (text: string): boolean =>
  text !== "" && Array.from(text).every((one) => /[\p{L}\p{N}\p{P}\p{S}\s]/u.test(one) && one !== "\ufffd");

const utf8 = (bytes: readonly number[] | Uint8Array): string => Buffer.from(bytes).toString("utf8");

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const ofBase32 = (word: string): string => {
  const bits = Array.from(word, (letter) => BASE32.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return utf8((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};

const ofPercents = (word: string): string => {
  try {
    return decodeURIComponent(word.replaceAll("+", " "));
  } catch {
    return "";
  }
};

/** In which templates write a value anew with a function of their own. */
const ENCODINGS: readonly { readonly form: RegExp; readonly decode: (word: string) => string }[] = [
  { form: /^[A-Za-z0-9+/_-]{4,}=*$/, decode: (word) => utf8(Buffer.from(word, "base64")) },
  { form: /^(?:[0-9a-f]{2}){3,}$/i, decode: (word) => utf8(Buffer.from(word, "hex")) },
  { form: /^[A-Z2-7]{5,}$/, decode: ofBase32 },
  { form: /%[0-9a-f]{2}/i, decode: ofPercents },
];

/** What a sentence puts at the ends of a word. */
const ENDS = /^[.:~!?*#$%@^-]+|[.:~!?*#$%@^-]+$/g;

/** What stands between the punctuation of a word: one who speaks may join values by any. */
export const partsOf = (word: string): readonly string[] =>
  word.split(/[^\p{L}\p{M}\p{N}_]+/u).filter((part) => part.length > 1);

/** As it is, without what a sentence puts at its ends, and decoded: the whole, and each part of `user:password`. */
export const formsOf = (word: string): readonly string[] => {
  const bare = word.replace(ENDS, "");
  const decoded = ENCODINGS.flatMap(({ form, decode }) => (form.test(bare) ? [decode(bare)] : [])).filter(isText);
  const parts = decoded.flatMap(partsOf).filter((part) => part.length > 2);
  return [...new Set([bare, ...decoded.map((text) => text.trim()), ...parts])]
    .filter((form) => form !== "")
    .map((form) => form.toLowerCase());
};
