/** The fields of one protobuf message: number -> values in order; lengths as bytes, varints and fixed numbers as bigint. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

/** Reads any protobuf message without its schema (protobuf encoding: wire types 0, 1, 2, 5). Throws RangeError if cut off. */
export const readMessage = (bytes: Uint8Array): Fields => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(view.getUint8(at++));
      value |= (byte & 0x7fn) << shift;
      if ((byte & 0x80n) === 0n) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError("message is cut off");
    at += length;
    return bytes.subarray(at - length, at);
  };
  const read = (wireType: number): bigint | Uint8Array => {
    if (wireType === 0) return varint();
    if (wireType === 2) return take(Number(varint()));
    if (wireType === 1) return view.getBigUint64(take(8).byteOffset - bytes.byteOffset, true);
    if (wireType === 5) return BigInt(view.getUint32(take(4).byteOffset - bytes.byteOffset, true));
    throw new RangeError(`wire type ${wireType}`);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    values.push(read(tag & 7));
    fields.set(tag >> 3, values);
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
