import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** The fields of one protobuf message: number -> values in order; lengths as bytes, varints and fixed numbers as bigint. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

const read = (reader: BinaryReader, type: WireType): bigint | Uint8Array => {
  if (type === WireType.Varint) return BigInt(reader.uint64());
  if (type === WireType.LengthDelimited) return reader.bytes();
  if (type === WireType.Bit64) return BigInt(reader.fixed64());
  if (type === WireType.Bit32) return BigInt(reader.fixed32());
  throw new RangeError(`wire type ${type}`);
};

/** Reads any protobuf message without its schema. Throws RangeError if cut off. */
export const readMessage = (bytes: Uint8Array): Fields => {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    fields.set(field, [...(fields.get(field) ?? []), read(reader, type)]);
  }
  return fields;
};

export const bytesOf = (fields: Fields, field: number): readonly Uint8Array[] =>
  (fields.get(field) ?? []).filter((value) => typeof value !== "bigint");
export const textOf = (fields: Fields, field: number): string => new TextDecoder().decode(bytesOf(fields, field)[0]);
export const hexOf = (fields: Fields, field: number): string =>
  Buffer.from(bytesOf(fields, field)[0] ?? []).toString("hex");
export const numberOf = (fields: Fields, field: number): bigint => {
  const value = fields.get(field)?.[0];
  return typeof value === "bigint" ? value : 0n;
};
