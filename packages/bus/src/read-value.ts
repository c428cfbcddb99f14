import { buckets, type BucketRow } from "./buckets.ts";
import { wordsOf } from "./explain-failure.ts";
import { header } from "./headers.ts";
import type { BucketName, Codec } from "./port.ts";
import type { RawValue } from "./seal.ts";
import type { Wire } from "./wire.ts";

/** What lies under a key: a value, the mark of one that is gone, or something that nobody who may write it signed. */
export type ReadValue<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "gone" }
  | { readonly kind: "foreign"; readonly why: string };

const expiring: ReadonlySet<BucketName> = new Set(
  buckets.filter((row: BucketRow) => row.markerTtlSeconds !== undefined).map(({ name }) => name),
);

/** Decodes a stored value and holds it against its signature; nothing else of this package trusts a bucket's body. */
export const readValue = <T>(
  wire: Pick<Wire, "seal">,
  bucket: BucketName,
  codec: Codec<T>,
  raw: RawValue,
): ReadValue<T> => {
  // The server itself marks what expired, and signs nothing: such a mark can only end a value.
  if (expiring.has(bucket) && raw.data.length === 0 && raw.header(header.markerReason) !== "") return { kind: "gone" };
  const why = wire.seal.faultOf(bucket, raw);
  if (why !== undefined) return { kind: "foreign", why };
  if (raw.header(header.kvOperation) !== "") return { kind: "gone" };
  try {
    return { kind: "value", value: codec.decode(raw.data) };
  } catch (error) {
    return { kind: "foreign", why: `it does not decode: ${wordsOf(error)}` };
  }
};
