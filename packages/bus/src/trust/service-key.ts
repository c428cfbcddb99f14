import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

import { systemRng } from "@evenkeel/machine";
import type { Rng } from "@evenkeel/machine";
import { fromSeed } from "@nats-io/nkeys";

import { decodePublicKey, encodeUserKey, encodeUserSeed } from "./nkey.ts";
import type { VerifiedMemo } from "./verified-memo.ts";

const utf8 = new TextEncoder();

/** One key pair in nkey form; it authenticates a service to the server and signs its facts. */
export interface ServiceKey {
  /** `U...` */
  readonly publicKey: string;
  /** `SU...`: secret. */
  readonly seed: string;
}

/** Makes a new key pair; but for simulations of the machine's own randomness. */
export const createServiceKey = (rng: Pick<Rng, "bytes"> = systemRng): ServiceKey => {
  const seed = encodeUserSeed(rng.bytes(32));
  return { publicKey: signerOf(seed).publicKey, seed };
};

/** Signs bytes with one seed; through node:crypto, which is 300 times faster than the nkey library. */
export interface Signer {
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
  /** `<public key>:<base64>`, as it stands in headers and statements. */
  signText(bytes: Uint8Array): string;
}

// RFC 8410: the fixed DER before the 32 bytes of an Ed25519 private and public key.
const pkcs8Prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

export const signerOf = (seed: string, memo?: VerifiedMemo): Signer => {
  const pair = fromSeed(utf8.encode(seed)) as ReturnType<typeof fromSeed> & { getRawSeed(): Uint8Array };
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, pair.getRawSeed()]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = encodeUserKey(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32));
  return {
    publicKey,
    sign: (bytes) => sign(null, bytes, key),
    signText(bytes) {
      const signature = `${publicKey}:${sign(null, bytes, key).toString("base64")}`;
      memo?.add(signature, bytes);
      return signature;
    },
  };
};

/** A verifier of one public key in nkey form; throws if that is not a user key. */
export const verifierOf = (publicKey: string): ((bytes: Uint8Array, signature: Uint8Array) => boolean) => {
  const der = Buffer.concat([spkiPrefix, decodePublicKey(publicKey)]);
  let key: KeyObject | undefined; // most that are trusted sign nothing for this process
  return (bytes, signature) => {
    key ??= createPublicKey({ key: der, format: "der", type: "spki" });
    return verify(null, bytes, key, signature);
  };
};

/** The secret of an installation that keys hashes of Secrets; applier and drift-detector have it, and nobody else. */
export const createRecordKey = (rng: Pick<Rng, "bytes"> = systemRng): string =>
  Buffer.from(rng.bytes(32)).toString("base64");
