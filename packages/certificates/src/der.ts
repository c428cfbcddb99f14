/** The part of ASN.1 DER that an X.509 certificate is written in: each function gives one encoded value. */
const value = (tag: number, ...content: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const size = body.length < 0x80 ? [] : body.length <= 0xff ? [0x81] : [0x82, body.length >>> 8];
  return Buffer.concat([Buffer.from([tag, ...size, body.length & 0xff]), body]);
};

const arc = (number: number): number[] =>
  number < 0x80 ? [number] : [...arc(number >>> 7).map((byte) => byte | 0x80), number & 0x7f];

export const der = {
  sequence: (...items: readonly Uint8Array[]): Buffer => value(0x30, ...items),
  set: (...items: readonly Uint8Array[]): Buffer => value(0x31, ...items),
  octets: (content: Uint8Array): Buffer => value(0x04, content),
  bits: (content: Uint8Array, unused = 0): Buffer => value(0x03, Buffer.from([unused]), content),
  truth: (): Buffer => value(0x01, Buffer.from([0xff])),
  text: (content: string): Buffer => value(0x0c, Buffer.from(content, "utf8")),
  /** A positive integer; the caller's first byte is below 0x80. */
  integer: (bytes: Uint8Array): Buffer => value(0x02, bytes),
  /** UTCTime, good until the year 2049. */
  time: (date: Date): Buffer =>
    value(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-T:]/g, "").slice(2, 14)}Z`)),
  oid: (dotted: string): Buffer => {
    const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
    return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(arc)]));
  },
  /** Under a context tag: `constructed` holds other values, a plain one holds bytes. */
  constructed: (tag: number, ...items: readonly Uint8Array[]): Buffer => value(0xa0 | tag, ...items),
  plain: (tag: number, content: Uint8Array): Buffer => value(0x80 | tag, content),
} as const;
