const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

const printable = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

const escape = (character: string): string => {
  const short = shortEscapes[character];
  if (short !== undefined) return short;
  if (printable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xff_ff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
};

/** A string as Go's `%q` prints it. */
export const goQuote = (text: string): string =>
  /^[ !#-[\]-~]*$/.test(text) ? `"${text}"` : `"${Array.from(text, escape).join("")}"`;
