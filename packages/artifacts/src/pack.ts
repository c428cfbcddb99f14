import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";

/** Largest value of one key; larger bodies are cut. */
export const PART_BYTES = 768 * 1024;
/** Below this, compression costs more than it saves: 85 us for packing and unpacking once, and the stream compresses too. */
const PLAIN_BYTES = 8 * 1024;
/** No body may unpack to more than this. */
export const MOST_BYTES = 256 * 1024 * 1024;

/** First byte of a stored value. */
const form = { plain: 0, gzip: 1, index: 2 } as const;

/** How a body is stored: one value, or an index and its parts (parts first, so that an index never lies). */
export type Packed =
  | { readonly kind: "whole"; readonly value: Uint8Array }
  | { readonly kind: "cut"; readonly index: Uint8Array; readonly parts: readonly Uint8Array[] };

interface Index {
  readonly parts: number;
  /** SHA-256 of the joined parts. */
  readonly sha256: string;
}

export const pack = (bytes: Uint8Array): Packed => {
  const zipped = bytes.length < PLAIN_BYTES ? undefined : gzipSync(bytes, { level: 1 });
  const body =
    zipped === undefined || zipped.length >= bytes.length
      ? Buffer.concat([Uint8Array.of(form.plain), bytes])
      : Buffer.concat([Uint8Array.of(form.gzip), zipped]);
  if (body.length <= PART_BYTES) return { kind: "whole", value: body };
  const parts = Array.from({ length: Math.ceil(body.length / PART_BYTES) }, (_unused, n) =>
    body.subarray(n * PART_BYTES, (n + 1) * PART_BYTES),
  );
  const index: Index = { parts: parts.length, sha256: createHash("sha256").update(body).digest("hex") };
  return { kind: "cut", index: Buffer.concat([Uint8Array.of(form.index), Buffer.from(JSON.stringify(index))]), parts };
};

/** The body of a value, or what has to be fetched before; undefined if it is damaged. */
export const unpack = (value: Uint8Array): Uint8Array | Index | undefined => {
  const rest = value.subarray(1);
  try {
    if (value[0] === form.plain) return rest;
    if (value[0] === form.gzip) return gunzipSync(rest, { maxOutputLength: MOST_BYTES });
    return value[0] === form.index ? (JSON.parse(Buffer.from(rest).toString()) as Index) : undefined;
  } catch {
    return undefined;
  }
};

export const isIndex = (unpacked: Uint8Array | Index): unpacked is Index => !(unpacked instanceof Uint8Array);

/** Puts parts together; undefined if one is missing or they are not those of the index. */
export const join = (index: Index, parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined => {
  if (parts.includes(undefined)) return undefined;
  const body = Buffer.concat(parts as readonly Uint8Array[]);
  if (createHash("sha256").update(body).digest("hex") !== index.sha256) return undefined;
  const bytes = unpack(body);
  return bytes === undefined || isIndex(bytes) ? undefined : bytes;
};
