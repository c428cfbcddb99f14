const HEX = "0123456789abcdef";
/** Letters and digits that cannot form words. */
const SUFFIX = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX_LENGTH = 5;
const MAX_PREFIX = 63 - SUFFIX_LENGTH;

const pick = (alphabet: string, random: () => number): string =>
  alphabet.charAt(Math.floor(random() * alphabet.length));

/** A version 4 UUID. */
export const randomUuid = (random: () => number): string => {
  const digits = Array.from({ length: 32 }, () => pick(HEX, random));
  digits[12] = "4";
  digits[16] = pick("89ab", random);
  const text = digits.join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
};

/** The name that the server makes of a generateName. */
export const generateName = (prefix: string, random: () => number): string =>
  prefix.slice(0, MAX_PREFIX) + Array.from({ length: SUFFIX_LENGTH }, () => pick(SUFFIX, random)).join("");

/** Numbers in [0, 1) that a seed determines (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
