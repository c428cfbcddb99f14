/** What Go's YAML readers make of a plain scalar that looks like a number. */
export type NumberReading =
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "ambiguous" }
  | { readonly kind: "out-of-range" }
  | { readonly kind: "string" };

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)$/;
const OCTAL_WITH_8_OR_9 = /^[-+]?0[0-9]*[89][0-9]*$/;
/** `0o-1`: a number to some readers of YAML in Go. */
const SIGN_BEHIND_PREFIX = /^-?0[ob][-+]/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

const STRING: NumberReading = { kind: "string" };
const OUT_OF_RANGE: NumberReading = { kind: "out-of-range" };

/**
 * Reads `text` by the rules of Go's strconv with base 0, underscores dropped: exact from -2^63 to 2^63-1 (`bigint` where
 * a double is not exact), `08` and `09` ambiguous, larger integers and floats that overflow out of range.
 */
export const readNumber = (text: string): NumberReading => {
  // Behind a leading dot Go is stricter: an underscore has to stand between digits.
  if (text.startsWith(".") && /(?<!\d)_|_(?!\d)/.test(text)) return STRING;
  const plain = text.replaceAll("_", "");
  if (SIGN_BEHIND_PREFIX.test(plain)) return { kind: "ambiguous" };
  if (INTEGER.test(plain)) return readInteger(plain);
  if (OCTAL_WITH_8_OR_9.test(plain)) return { kind: "ambiguous" };
  if (!FLOAT.test(plain)) return STRING;
  const value = Number(plain);
  if (!Number.isFinite(value)) return OUT_OF_RANGE;
  // A float that is written as a whole number prints as one, and never as -0.
  return { kind: "number", value: value === 0 ? 0 : value };
};

const readInteger = (plain: string): NumberReading => {
  const negative = plain.startsWith("-");
  const digits = /^[-+]/.test(plain) ? plain.slice(1) : plain;
  const prefixed = /^0[xob]/i.test(digits);
  const literal = prefixed || digits === "0" || !digits.startsWith("0") ? digits : `0o${digits.slice(1)}`;
  if (!prefixed && digits.length <= 15) {
    const small = Number(literal.toLowerCase());
    return { kind: "number", value: negative && small !== 0 ? -small : small };
  }
  const magnitude = BigInt(literal.toLowerCase());
  const exact = negative ? -magnitude : magnitude;
  if (exact >= INT64_MIN && exact <= INT64_MAX) {
    const value = Number(exact);
    return { kind: "number", value: Number.isSafeInteger(value) ? value : exact };
  }
  // Beyond 64 bits a prefixed literal is no number to either reader, so both keep the text.
  return prefixed && (negative || exact > UINT64_MAX) ? STRING : OUT_OF_RANGE;
};
