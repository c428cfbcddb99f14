import { ManifestRefused } from "./manifest-refused.ts";
import { positions } from "./yaml-position.ts";

// Controls but tab, LF and CRLF; DEL and C1 (U+0085 among them); the line separators; a late BOM; the non-characters.
// The server reads some of these as a line break, silently.
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- controls are what this looks for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a file: UTF-8, LF or CRLF, a BOM only in front (it is taken off). Throws `NotUtf8Text` with the byte offset. */
export const decodeText = (bytes: Uint8Array, file: string): string => {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    const offset = firstInvalidByte(bytes);
    throw refuse(file, utf8Lossy.decode(bytes.subarray(0, offset)), offset, whatIsIt(bytes), cause);
  }
  const hasBom = text.charCodeAt(0) === 0xfeff;
  if (hasBom) text = text.slice(1);
  const found = FORBIDDEN.exec(text);
  if (found === null) return text;
  const before = text.slice(0, found.index);
  const offset = new TextEncoder().encode(before).length + (hasBom ? 3 : 0);
  throw refuse(file, before, offset, `holds ${describe(found[0])}`);
};

const utf8Lossy = new TextDecoder("utf-8");

const refuse = (file: string, before: string, offset: number, what: string, cause?: unknown): ManifestRefused =>
  new ManifestRefused(
    {
      code: "NotUtf8Text",
      file,
      ...positions(before)(before.length),
      problem: `byte offset ${offset} ${what}`,
      remedy: "save the file as UTF-8 with LF or CRLF, and write control characters as escapes in a quoted string",
    },
    { cause },
  );

const describe = (found: string): string =>
  found === "\r"
    ? "a lone carriage return"
    : `the character U+${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

const whatIsIt = (bytes: Uint8Array): string =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    ? "is not UTF-8: the file is UTF-16"
    : "is not UTF-8";

/** Halves the range until the shortest prefix that does not decode is found. */
const firstInvalidByte = (bytes: Uint8Array): number => {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (decodes(bytes.subarray(0, middle + 1))) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** True for good UTF-8 that may end inside a character. */
const decodes = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};
