/** How a quantity is written: `12M`, `12Mi` or `12e6`. */
type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** A quantity's exact value, `unscaled * 10^scale`, and what is needed to write it as the API server would. */
export interface Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** The text it was read from, where the server keeps that instead of the canonical form. */
  readonly text?: string;
}

/** A text that is no quantity; the message is the server's. */
export class QuantityRefused extends Error {
  override readonly name = "QuantityRefused";
}

const wrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongSuffix = "unable to parse quantity's suffix";
const wrongNumber = "unable to parse numeric part of quantity";

const decimalSuffixes: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binarySuffixes: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const suffixOfDecimal = new Map(Object.entries(decimalSuffixes).map(([suffix, exponent]) => [exponent, suffix]));
const suffixOfBinary = new Map(Object.entries(binarySuffixes).map(([suffix, exponent]) => [exponent, suffix]));

const largest = 2n ** 63n - 1n;
/** Decimal digits that surely fit an int64, and the finest scale kept. */
const safeDigits = 18;
const nano = -9;

const pow10 = (exponent: number): bigint => 10n ** BigInt(exponent);
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
const digitsOf = (value: bigint): number => magnitude(value).toString().length;

interface Exponent {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

const interpretSuffix = (suffix: string): Exponent => {
  const decimal = decimalSuffixes[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = binarySuffixes[suffix];
  if (binary !== undefined) return { base: 2, exponent: binary, format: "BinarySI" };
  const written = /^[eE]([+-]?[0-9]+)$/.exec(suffix)?.[1];
  if (written === undefined || magnitude(BigInt(written.replace("+", ""))) > largest)
    throw new QuantityRefused(wrongSuffix);
  return { base: 10, exponent: Number(BigInt.asIntN(32, BigInt(written.replace("+", "")))), format: "DecimalExponent" };
};

/** `unscaled * 10^scale` cut to whole multiples of `10^to`, away from zero. */
const roundedUp = (unscaled: bigint, scale: number, to: number): bigint => {
  if (scale >= to) return unscaled * pow10(scale - to);
  const drop = to - scale;
  if (drop > digitsOf(unscaled)) return unscaled === 0n ? 0n : unscaled < 0n ? -1n : 1n;
  const divisor = pow10(drop);
  const quotient = unscaled / divisor;
  if (unscaled % divisor === 0n) return quotient;
  return unscaled < 0n ? quotient - 1n : quotient + 1n;
};

/** The slow way, for what does not fit an int64 in the server: rounded up to nanos, binary amounts capped, never the text as read. */
const parseLarge = (unscaled: bigint, scale: number, { base, exponent, format }: Exponent): Quantity => {
  let amount = base === 2 ? unscaled * 2n ** BigInt(exponent) : unscaled;
  let at = base === 10 ? scale + exponent : scale;
  if (at < nano) {
    amount = roundedUp(amount, at, nano);
    at = nano;
  }
  if (format !== "BinarySI") return { unscaled: amount, scale: at, format };
  const size = { unscaled: magnitude(amount), scale: at, format };
  if (compareQuantities(size, { unscaled: largest, scale: 0, format }) > 0)
    return { unscaled: amount < 0n ? -largest : largest, scale: 0, format };
  const belowOne = amount !== 0n && compareQuantities(size, { unscaled: 1n, scale: 0, format }) < 0;
  return { unscaled: amount, scale: at, format: belowOne ? "DecimalSI" : format };
};

/** Reads a quantity as the API server does, its oddities included; throws QuantityRefused. */
export const parseQuantity = (text: string): Quantity => {
  if (text === "") throw new QuantityRefused(wrongFormat);
  if (text === "0") return { unscaled: 0n, scale: 0, format: "DecimalSI", text };
  const match = /^([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*(?:[-+]?[0-9]*))$/.exec(text);
  if (match === null) throw new QuantityRefused(wrongFormat);
  const [, sign, zeros = "", digits = "", fraction = "", suffix = ""] = match;
  const whole = digits === "" ? "0" : digits;
  const exponent = interpretSuffix(suffix);
  const shifted = whole + fraction;
  const positive = BigInt(shifted);
  const value = sign === "-" ? -positive : positive;
  const binary = exponent.format === "BinarySI";
  const multiplier = binary ? 2n ** BigInt(exponent.exponent) : 1n;
  const precision = binary
    ? fraction === ""
      ? 15 - whole.length - Math.trunc((exponent.exponent * 3) / 10) - 1
      : -1
    : safeDigits - shifted.length;
  const scale = (binary ? 0 : exponent.exponent) - fraction.length;
  if (precision < 0 || scale < nano || positive * multiplier > largest) {
    if (zeros + digits + fraction === "") throw new QuantityRefused(wrongNumber);
    return parseLarge(value, -fraction.length, exponent);
  }
  const kept = binary
    ? (positive & 7n) !== 0n
    : scale % 3 === 0 && !shifted.endsWith("000") && !shifted.startsWith("0");
  const quantity = { unscaled: value * multiplier, scale, format: exponent.format };
  return kept ? { ...quantity, text } : quantity;
};

/** Negative, zero or positive as `a` is less than, equal to or more than `b`; exact. */
export const compareQuantities = (a: Quantity, b: Quantity): number => {
  const signs = signOf(a) - signOf(b);
  if (signs !== 0 || a.unscaled === 0n) return Math.sign(signs);
  // Sizes first, so that `1e999999999` is never written out.
  const sizes = digitsOf(a.unscaled) + a.scale - (digitsOf(b.unscaled) + b.scale);
  if (sizes !== 0) return Math.sign(sizes) * signOf(a);
  const scale = Math.min(a.scale, b.scale);
  const difference = a.unscaled * pow10(a.scale - scale) - b.unscaled * pow10(b.scale - scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** -1, 0 or 1. */
const signOf = (quantity: Quantity): number => (quantity.unscaled < 0n ? -1 : quantity.unscaled > 0n ? 1 : 0);

const withoutFactors = (value: bigint, factor: bigint): readonly [bigint, number] => {
  let rest = value;
  let times = 0;
  while (rest !== 0n && rest % factor === 0n) {
    rest /= factor;
    times += 1;
  }
  return [rest, times];
};

const decimalForm = (quantity: Quantity, format: QuantityFormat): string => {
  const [reduced, times] = withoutFactors(quantity.unscaled, 10n);
  const exponent = quantity.scale + times;
  const extra = ((exponent % 3) + 3) % 3;
  const number = (reduced * pow10(extra)).toString();
  const at = exponent - extra;
  // Go leaves the suffix out where it has none (1000E is written "1"); equal answers matter more than sense.
  if (format !== "DecimalExponent") return number + (suffixOfDecimal.get(at) ?? "");
  return at === 0 ? number : `${number}e${at}`;
};

/** The form in which the server writes it. */
export const formatQuantity = (quantity: Quantity): string => {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.unscaled === 0n) return "0";
  if (quantity.format !== "BinarySI") return decimalForm(quantity, quantity.format);
  const size = { ...quantity, unscaled: magnitude(quantity.unscaled) };
  if (compareQuantities(size, { unscaled: 1024n, scale: 0, format: "BinarySI" }) < 0)
    return decimalForm(quantity, "DecimalSI");
  const integer = roundedUp(quantity.unscaled, quantity.scale, 0);
  if (compareQuantities(quantity, { unscaled: integer, scale: 0, format: "BinarySI" }) !== 0)
    return decimalForm(quantity, "DecimalSI");
  const [reduced, times] = withoutFactors(integer, 1024n);
  return reduced.toString() + (suffixOfBinary.get(times * 10) ?? "");
};

/** Most quantities in manifests: nothing to change. */
const alreadyCanonical = /^[1-9][0-9]{0,2}(?:m|k|M|G)?$/;

/** A quantity's text as the server would answer it (`1000m` gives `1`); throws QuantityRefused. */
export const canonicalQuantity = (text: string): string =>
  alreadyCanonical.test(text) ? text : formatQuantity(parseQuantity(text.trim()));

/** In thousandths, rounded up, as MilliValue. */
export const milliValue = (quantity: Quantity): bigint => roundedUp(quantity.unscaled, quantity.scale, -3);
