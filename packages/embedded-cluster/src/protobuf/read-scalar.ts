import type { Value } from "../json.ts";
import type { ScalarKind } from "../schema/type-node.ts";
import { bytesOf, textOf, varintOf, type WireField, wireFields, wrongWire } from "./wire.ts";

/** An integer as JSON has it: bigint where a number is not exact. */
const integer = (value: bigint): number | bigint => {
  const signed = BigInt.asIntN(64, value);
  const near = Number(signed);
  return Number.isSafeInteger(near) ? near : signed;
};

/** The values of a message's fields by their number; the last of each counts. */
const lastFields = (field: WireField): ReadonlyMap<number, WireField> =>
  new Map([...wireFields(bytesOf(field))].map((each) => [each.number, each]));

const textIn = (fields: ReadonlyMap<number, WireField>, number: number): string => {
  const field = fields.get(number);
  return field === undefined ? "" : textOf(bytesOf(field));
};

const numberIn = (fields: ReadonlyMap<number, WireField>, number: number): bigint => {
  const field = fields.get(number);
  return field === undefined ? 0n : BigInt.asIntN(64, varintOf(field));
};

/** Message Quantity: its text. */
const readQuantity = (field: WireField): Value => {
  const text = textIn(lastFields(field), 1);
  return text === "" ? "0" : text;
};

/** Message IntOrString: which of the two, and both. */
const readIntOrString = (field: WireField): Value => {
  const fields = lastFields(field);
  return numberIn(fields, 1) === 0n ? Number(BigInt.asIntN(32, numberIn(fields, 2))) : textIn(fields, 3);
};

const NANOS_PER_MICRO = 1000n;

/** Message Timestamp: seconds and nanoseconds since 1970; an empty one is no time. Fractions are kept only for a MicroTime. */
const readTime = (field: WireField, withMicros: boolean): Value => {
  if (bytesOf(field).length === 0) return null;
  const fields = lastFields(field);
  const seconds = new Date(Number(numberIn(fields, 1)) * 1000);
  if (Number.isNaN(seconds.getTime())) return null;
  const text = seconds.toISOString().slice(0, -".000Z".length);
  const micros = numberIn(fields, 2) / NANOS_PER_MICRO;
  return withMicros ? `${text}.${String(micros).padStart(6, "0")}Z` : `${text}Z`;
};

/** How a scalar of each kind is read from its field. Throws ProtobufUnreadable. */
export const readScalar: Readonly<Record<ScalarKind, (field: WireField) => Value>> = {
  string: (field) => textOf(bytesOf(field)),
  boolean: (field) => varintOf(field) !== 0n,
  int32: (field) => Number(BigInt.asIntN(32, varintOf(field))),
  int64: (field) => integer(varintOf(field)),
  float64: (field) => {
    if (field.wire !== "fixed64") throw wrongWire(field);
    return field.value.getFloat64(0, true);
  },
  bytes: (field) => Buffer.from(bytesOf(field)).toString("base64"),
  quantity: readQuantity,
  intOrString: readIntOrString,
  time: (field) => readTime(field, false),
  microTime: (field) => readTime(field, true),
  duration: (field) => String(integer(numberIn(lastFields(field), 1))),
};
