/** The little of ASN.1 DER that a certificate needs: each function gives one encoded value. */
const encode = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), encodeLength(body.length), body]);
};

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
};

export const sequence = (...items: readonly Buffer[]): Buffer => encode(0x30, ...items);
export const set = (...items: readonly Buffer[]): Buffer => encode(0x31, ...items);
export const octets = (content: Buffer): Buffer => encode(0x04, content);
export const bits = (content: Buffer, unused = 0): Buffer => encode(0x03, Buffer.from([unused]), content);
export const truth = (): Buffer => encode(0x01, Buffer.from([0xff]));
export const text = (value: string): Buffer => encode(0x0c, Buffer.from(value, "utf8"));
/** A constructed value under context tag `tag`. */
export const tagged = (tag: number, ...items: readonly Buffer[]): Buffer => encode(0xa0 | tag, ...items);
/** A primitive value under context tag `tag`. */
export const taggedPrimitive = (tag: number, content: Buffer): Buffer => encode(0x80 | tag, content);
/** A positive integer from its big-endian bytes. */
export const integer = (bytes: Buffer): Buffer =>
  encode(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

/** UTCTime, good until the year 2049. */
export const time = (date: Date): Buffer =>
  encode(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replaceAll(/[-T:]/g, "")}Z`));

export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
};

const base128 = (value: number): number[] => {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
};
