import { wordsOf } from "../wire/explain-failure.ts";
import { header } from "../wire/headers.ts";
import type { BucketName, Codec } from "../port.ts";
import type { RawValue } from "./seal.ts";
import type { Wire } from "../wire/wire.ts";

/** What lies under a key: a value, the mark of one that is gone, or something that nobody who may write it signed. */
export type ReadValue<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "gone" }
  | { readonly kind: "foreign"; readonly why: string };

/** Decodes a stored value and holds it against its signature; nothing else of this package trusts a bucket's body. */
export const readValue = <T>(
  wire: Pick<Wire, "seal">,
  bucket: BucketName,
  codec: Codec<T>,
  raw: RawValue,
): ReadValue<T> => {
  const why = wire.seal.faultOf(bucket, raw);
  if (why !== undefined) return { kind: "foreign", why };
  if (raw.header(header.kvOperation) !== "") return { kind: "gone" };
  try {
    return { kind: "value", value: codec.decode(raw.data) };
  } catch (error) {
    return { kind: "foreign", why: `it does not decode: ${wordsOf(error)}` };
  }
};
