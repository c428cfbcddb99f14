import { bucketPolicies, type BucketRow } from "../topology/buckets.ts";
import { mayWriteKey } from "../topology/bucket-writers.ts";
import { header } from "../wire/headers.ts";
import type { BucketName } from "../port.ts";
import type { Signer } from "../trust/service-key.ts";
import { sha256Hex } from "../trust/sign-fact.ts";
import type { Verifier } from "../trust/trust.ts";

/** One write of a bucket. */
export interface ValueWrite {
  readonly bucket: BucketName;
  readonly key: string;
  readonly operation: "PUT" | "DEL";
  readonly body: Uint8Array;
  /** Compare-and-set: revision that it replaces, 0 for none; absent: whatever is there. */
  readonly expectLast?: number | undefined;
}

/** A value as it lies in its bucket. */
export interface RawValue {
  readonly key: string;
  readonly data: Uint8Array;
  readonly at: Date;
  readonly header: (name: string) => string;
}

/** Signs what this service writes into buckets, and checks what it reads there. */
export interface Seal {
  /** Headers that make a write count. */
  readonly headersOf: (write: ValueWrite) => Readonly<Record<string, string>>;
  /** Why a stored value does not count; undefined: one that may write this very key signed it, for this key. */
  readonly faultOf: (bucket: BucketName, raw: RawValue) => string | undefined;
  /** Whether this service may write a key. */
  readonly owns: (bucket: BucketName, key: string) => boolean;
}

const utf8 = new TextEncoder();
const ANYTHING = "-";

/**
 * The text that a value's signature is over. It holds where the value belongs, so that it cannot be moved to another key,
 * bucket or installation; and the revision it replaced, which the server has compared when it stored it: a value of an
 * earlier time cannot be stored again under its own key.
 */
export const valueText = (installation: string, { bucket, key, operation, body, expectLast }: ValueWrite): Uint8Array =>
  utf8.encode(["ek.kv.v1", installation, bucket, key, operation, expectLast ?? ANYTHING, sha256Hex(body)].join("\n"));

const guarded: ReadonlySet<BucketName> = new Set(
  bucketPolicies.filter((row: BucketRow) => row.guarded === true).map(({ name }) => name),
);

/** Whether every write of a bucket names what it replaces. */
export const isGuarded = (bucket: BucketName): boolean => guarded.has(bucket);

export const createSeal = (installation: string, signer: Signer, verify: Verifier, self: string): Seal => ({
  headersOf: (write) => ({
    ...(write.operation === "PUT" ? {} : { [header.kvOperation]: write.operation }),
    [header.signature]: signer.signText(valueText(installation, write)),
  }),
  faultOf(bucket, { key, data, at, header: get }) {
    const operation = get(header.kvOperation) || "PUT";
    if (operation !== "PUT" && operation !== "DEL") return `operation ${operation} is none of ours`;
    const expected = get(header.expectLast);
    if (expected === "" && isGuarded(bucket)) return "it does not say what it replaces";
    // In other forms (`+16`, `0x10`) the server compares another number than the one that is signed, or none.
    if (expected !== "" && !/^(?:0|[1-9]\d{0,15})$/.test(expected)) return "what it replaces is no number";
    const expectLast = expected === "" ? undefined : Number(expected);
    const text = valueText(installation, { bucket, key, operation, body: data, expectLast });
    const signed = verify(text, get(header.signature), at);
    if (!signed.ok) return signed.why;
    return mayWriteKey(signed.role, bucket, key) ? undefined : `${signed.role} signed what it may not write`;
  },
  owns: (bucket, key) => mayWriteKey(self as Parameters<typeof mayWriteKey>[0], bucket, key),
});
