/** Bytes that are no protocol buffer message. `message` is why, as Go says it. */
export class ProtobufUnreadable extends Error {
  override readonly name = "ProtobufUnreadable";
}

/** One field of a message as it lies on the wire. */
export type WireField =
  | { readonly number: number; readonly wire: "varint"; readonly value: bigint }
  | { readonly number: number; readonly wire: "fixed64" | "fixed32"; readonly value: DataView }
  | { readonly number: number; readonly wire: "bytes"; readonly value: Uint8Array };

const endsEarly = (): ProtobufUnreadable => new ProtobufUnreadable("unexpected EOF");

/** Reads through a message's bytes. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const MOST_BITS = 64n;

/** Unsigned, 64 bits. Throws ProtobufUnreadable. */
const readVarint = (cursor: Cursor): bigint => {
  let value = 0n;
  for (let shift = 0n; shift < MOST_BITS; shift += 7n) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw endsEarly();
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new ProtobufUnreadable("proto: integer overflow");
};

const take = (cursor: Cursor, length: number): Uint8Array => {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) throw endsEarly();
  const taken = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return taken;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Goes past an old group up to its end. */
const skipGroup = (cursor: Cursor): void => {
  for (let depth = 1; depth > 0;) {
    const type = Number(readVarint(cursor) & 7n);
    if (type === 3) depth += 1;
    else if (type === 4) depth -= 1;
    else readValue(cursor, 0, type);
  }
};

const readValue = (cursor: Cursor, number: number, type: number): WireField | undefined => {
  switch (type) {
    case 0:
      return { number, wire: "varint", value: readVarint(cursor) };
    case 1:
      return { number, wire: "fixed64", value: viewOf(take(cursor, 8)) };
    case 2:
      return { number, wire: "bytes", value: take(cursor, Number(readVarint(cursor))) };
    case 3:
      skipGroup(cursor);
      return undefined;
    case 5:
      return { number, wire: "fixed32", value: viewOf(take(cursor, 4)) };
    default:
      throw new ProtobufUnreadable(`proto: illegal wireType ${type}`);
  }
};

/** The fields of a message in their order. Throws ProtobufUnreadable. */
export function* wireFields(bytes: Uint8Array): Generator<WireField> {
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    const number = Number(tag >> 3n);
    if (number === 0) throw new ProtobufUnreadable(`proto: illegal tag 0 (wire type ${tag & 7n})`);
    const field = readValue(cursor, number, Number(tag & 7n));
    if (field !== undefined) yield field;
  }
}

/** Several numbers in one field, as proto3 packs them. */
export function* packedVarints(bytes: Uint8Array): Generator<bigint> {
  const cursor: Cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) yield readVarint(cursor);
}

/** A field whose value lies in bytes: text, bytes, messages. Throws ProtobufUnreadable. */
export const bytesOf = (field: WireField): Uint8Array => {
  if (field.wire !== "bytes") throw wrongWire(field);
  return field.value;
};

/** A field whose value is a number. Throws ProtobufUnreadable. */
export const varintOf = (field: WireField): bigint => {
  if (field.wire !== "varint") throw wrongWire(field);
  return field.value;
};

const WIRE_TYPES: Readonly<Record<WireField["wire"], number>> = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

export const wrongWire = (field: WireField): ProtobufUnreadable =>
  new ProtobufUnreadable(`proto: wrong wireType = ${WIRE_TYPES[field.wire]} for field ${field.number}`);

/** UTF-8 as Go prints it. */
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
