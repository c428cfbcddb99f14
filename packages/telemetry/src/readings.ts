/** A text as bytes (one character each), with the part of the source that each byte was read from. */
export interface Reading {
  readonly bytes: string;
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

// An escape that is cut in two is whole only after the cut is mended, and what it stood for may be a space.
const LEVELS = 6;

/** Every way in which one text may have to be read to find what it holds: escapes taken back, and what a line break or a
 *  terminal puts between its characters taken out, one after the other in any order. */
export const readingsOf = (text: string): readonly Reading[] => {
  const found = new Map<string, Reading>();
  let next: readonly Reading[] = [plainReading(text)];
  for (let level = 0; level < LEVELS && next.length > 0; level += 1) {
    const fresh = next.filter(({ bytes }) => !found.has(bytes));
    for (const reading of fresh) found.set(reading.bytes, reading);
    next = fresh.flatMap((reading) => [unescaped(reading), squeezed(reading)]);
  }
  return [...found.values()];
};

// Nearly every text is ASCII: a byte is a character, and nothing is counted.
const counting = Uint32Array.from({ length: 64 * 1024 + 1 }, (_, n) => n);

const plainReading = (text: string): Reading => {
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  if (text.length < counting.length && /^[\x00-\x7f]*$/.test(text))
    return { bytes: text, from: counting, to: counting.subarray(1) };
  const from: number[] = [];
  const to: number[] = [];
  let bytes = "";
  let at = 0;
  for (const character of text) {
    const end = at + character.length;
    const utf8 = Buffer.from(character, "utf8").toString("latin1");
    bytes += utf8;
    for (let n = 0; n < utf8.length; n += 1) {
      from.push(at);
      to.push(end);
    }
    at = end;
  }
  return { bytes, from, to };
};

// Four digits behind \u and no more: what follows them may be hex digits of the text itself.
const HEX = "[0-9a-fA-F]";
const escapes = new RegExp(
  [
    `(?:%|\\\\x)(?<byte>${HEX}{2})`,
    `\\\\u(?<high>[dD][89abAB]${HEX}{2})\\\\u(?<low>[dD][c-fC-F]${HEX}{2})`,
    `(?:\\\\u|\\\\U0000)(?<unit>${HEX}{4})`,
    `(?:\\\\u\\{|\\\\U(?=${HEX}{8})|&#[xX])(?<point>${HEX}{1,8})[};]?`,
    "\\\\(?<octal>[0-7]{3})",
    "\\\\(?<short>[nrtbf\"'\\\\/])",
    "&#(?<entity>\\d{1,7});",
    "&(?<name>(?i:amp|lt|gt|quot|apos));",
  ].join("|"),
  "g",
);
const named: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

type Escape = Readonly<Record<string, string | undefined>>;

const utf8Of = (code: number): string =>
  code > 0x10ffff ? "" : Buffer.from(String.fromCodePoint(code), "utf8").toString("latin1");
const number = (digits: string): number => Number.parseInt(digits, 16);

const meant = ({ byte, high, low, unit, point, octal, short, entity, name }: Escape): string => {
  if (byte !== undefined) return String.fromCharCode(number(byte));
  if (high !== undefined && low !== undefined)
    return utf8Of(0x10000 + ((number(high) & 0x3ff) << 10) + (number(low) & 0x3ff));
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
  const word = short ?? name?.toLowerCase();
  if (word !== undefined) return named[word] ?? word;
  return utf8Of(entity === undefined ? number(unit ?? point ?? "0") : Number(entity));
};

/** Percent signs, backslashes and character references taken back; the reading itself where it has none. */
const unescaped = (reading: Reading): Reading => replaced(reading, escapes, (match) => meant(match.groups ?? {}));

// What stands between the pieces of a text that was wrapped: git's prefix of foreign lines, spaces and controls, a `+`
// of joined strings, the zero-width characters and the separators (as UTF-8 bytes).
const between =
  // oxlint-disable-next-line no-control-regex -- controls are what this takes out
  /[\x00-\x20\x7f]+(?:(?:remote|error|fatal|warning|hint): *)*|"\s*\+?\s*"|\xc2[\x80-\xa0\xad]|\xe2\x80[\x8b-\x8f\xa8-\xaf]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf/g;

const squeezed = (reading: Reading): Reading => replaced(reading, between, () => "");

const replaced = (reading: Reading, what: RegExp, by: (match: RegExpMatchArray) => string): Reading => {
  let bytes = "";
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  const keep = (until: number): void => {
    bytes += reading.bytes.slice(at, until);
    for (let n = at; n < until; n += 1) {
      from.push(reading.from[n] ?? 0);
      to.push(reading.to[n] ?? 0);
    }
  };
  for (const match of reading.bytes.matchAll(what)) {
    keep(match.index);
    const written = by(match);
    bytes += written;
    for (let n = 0; n < written.length; n += 1) {
      from.push(reading.from[match.index] ?? 0);
      to.push(reading.to[match.index + match[0].length - 1] ?? 0);
    }
    at = match.index + match[0].length;
  }
  if (at === 0) return reading;
  keep(reading.bytes.length);
  return { bytes, from, to };
};
