import type { Value } from "../json.ts";
import { canonicalQuantity, QuantityRefused } from "../kinds/validation/quantity.ts";
import { canonicalBase64 } from "./go-base64.ts";
import { canonicalMicroTime, canonicalTime, TimeRefused } from "./go-time.ts";
import type { ScalarKind } from "./type-node.ts";

/** How values of one scalar kind pass through Go. */
export interface ScalarCodec {
  /** What Go emits for the zero value; null also for what counts as nil. */
  readonly zero: Value;
  /** The value as Go would emit it, `undefined` when it cannot be one. Never called with null. */
  readonly read: (value: Value) => Value | undefined;
  /** Is this emitted value left out by omitempty? Go never takes a struct (a time, a quantity) for empty. */
  readonly isEmpty: (emitted: Value) => boolean;
  /** And by omitzero? */
  readonly isZero: (emitted: Value) => boolean;
}

const LEAST_INT32 = -(2 ** 31);
const MOST_INT32 = 2 ** 31 - 1;
const never = (): boolean => false;

export const isInt32 = (value: Value): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= LEAST_INT32 && value <= MOST_INT32;

export const isInt64 = (value: Value): value is number | bigint =>
  typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);

const unless =
  (refusal: typeof TimeRefused | typeof QuantityRefused, read: (text: string) => Value) =>
  (text: string): Value | undefined => {
    try {
      return read(text);
    } catch (error) {
      if (error instanceof refusal) return undefined;
      throw error;
    }
  };

const readQuantity = unless(QuantityRefused, canonicalQuantity);
const readTime = unless(TimeRefused, canonicalTime);
const readMicroTime = unless(TimeRefused, canonicalMicroTime);

const ofNumbers = (read: (value: Value) => Value | undefined): ScalarCodec => ({
  zero: 0,
  read,
  isEmpty: (emitted) => emitted === 0,
  isZero: (emitted) => emitted === 0,
});

const ofTimes = (read: (text: string) => Value | undefined): ScalarCodec => ({
  zero: null,
  read: (value) => (typeof value === "string" ? read(value) : undefined),
  isEmpty: never,
  isZero: (emitted) => emitted === null,
});

const isBlank = (emitted: Value): boolean => emitted === "";
/** -0 is written as Go does, and a lone surrogate becomes U+FFFD. */
const text = (value: string): string => (value.isWellFormed() ? value : value.toWellFormed());

export const scalarCodecs: Readonly<Record<ScalarKind, ScalarCodec>> = {
  string: {
    zero: "",
    read: (value) => (typeof value === "string" ? text(value) : undefined),
    isEmpty: isBlank,
    isZero: isBlank,
  },
  boolean: {
    zero: false,
    read: (value) => (typeof value === "boolean" ? value : undefined),
    isEmpty: (emitted) => emitted === false,
    isZero: (emitted) => emitted === false,
  },
  int32: ofNumbers((value) => (isInt32(value) ? value + 0 : undefined)),
  int64: ofNumbers((value) => (isInt64(value) ? value : undefined)),
  float64: ofNumbers((value) =>
    typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined,
  ),
  bytes: {
    zero: null,
    read: readBytes,
    isEmpty: (emitted) => emitted === null || emitted === "",
    isZero: (emitted) => emitted === null,
  },
  quantity: {
    zero: "0",
    read: (value) =>
      typeof value === "string"
        ? readQuantity(value)
        : typeof value === "number" || typeof value === "bigint"
          ? readQuantity(String(value))
          : undefined,
    isEmpty: never,
    isZero: (emitted) => emitted === "0",
  },
  intOrString: {
    zero: 0,
    read: (value) => (typeof value === "string" ? text(value) : isInt32(value) ? value : undefined),
    isEmpty: never,
    isZero: (emitted) => emitted === 0,
  },
  time: ofTimes(readTime),
  microTime: ofTimes(readMicroTime),
  // No kind of the table has one; kept as it came.
  duration: {
    zero: "0s",
    read: (value) => (typeof value === "string" ? value : undefined),
    isEmpty: never,
    isZero: never,
  },
};

/** base64, or (as Go allows) a list of numbers below 256. */
function readBytes(value: Value): Value | undefined {
  if (typeof value === "string") {
    const emitted = canonicalBase64(value);
    return typeof emitted === "string" ? emitted : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const bytes = value.map((item) => item ?? 0);
  const fits = (item: Value): item is number => isInt32(item) && item >= 0 && item < 256;
  return bytes.every(fits) ? Buffer.from(bytes).toString("base64") : undefined;
}
