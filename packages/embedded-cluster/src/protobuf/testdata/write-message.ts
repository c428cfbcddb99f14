/** A field of text, bytes or a message. */
export const bytesField = (number: number, value: string | Uint8Array): Uint8Array => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
};

/** A field of a number or a boolean; negative numbers take ten bytes. */
export const varintField = (number: number, value: number | bigint): Uint8Array =>
  Buffer.concat([varint(number << 3), varint(value)]);

export const varint = (value: number | bigint): Uint8Array => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(rest)]);
};

export const message = (...fields: readonly Uint8Array[]): Uint8Array => Buffer.concat(fields);

/** A body as clients send it. */
export const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Uint8Array =>
  message(
    Buffer.from("k8s\0"),
    bytesField(1, message(bytesField(1, apiVersion), bytesField(2, kind))),
    bytesField(2, raw),
  );
