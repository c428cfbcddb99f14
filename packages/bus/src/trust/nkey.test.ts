import { createUser, fromSeed } from "@nats-io/nkeys";
import { expect, test } from "vitest";

import { decodePublicKey, encodeUserKey } from "./nkey.ts";
import { createIdentities } from "./identities.ts";
import { createServiceKey, signerOf } from "./service-key.ts";

test("a public key is written as the library writes it, and read back", () => {
  for (let n = 0; n < 50; n++) {
    const pair = createUser();
    const publicKey = pair.getPublicKey();
    expect(encodeUserKey(decodePublicKey(publicKey))).toBe(publicKey);
    expect(signerOf(new TextDecoder().decode(pair.getSeed())).publicKey).toBe(publicKey);
  }
});

test("a signature of ours is good for the library", () => {
  const pair = createUser();
  const bytes = new TextEncoder().encode("text");
  const signer = signerOf(new TextDecoder().decode(pair.getSeed()));
  expect(fromSeed(pair.getSeed()).verify(bytes, signer.sign(bytes))).toBe(true);
});

test("what is no public key is refused", () => {
  const publicKey = createUser().getPublicKey();
  expect(() => decodePublicKey(`${publicKey.slice(0, -1)}A`)).toThrow();
  expect(() => decodePublicKey("U")).toThrow();
});

test("a new key is one for the library, and no two are alike", () => {
  const [one, other] = [createServiceKey(), createServiceKey()];
  expect(one.seed).not.toBe(other.seed);
  for (const { seed, publicKey } of [one, other]) {
    const pair = fromSeed(new TextEncoder().encode(seed));
    expect(pair.getPublicKey()).toBe(publicKey);
    expect(new TextDecoder().decode(pair.getSeed())).toBe(seed);
  }
});

test("identities by the same chance are the same, by the machine's never", () => {
  const counting = () => {
    let next = 0;
    return { bytes: (count: number) => Uint8Array.from({ length: count }, () => next++ & 255) };
  };
  const keysOf = ({ keys, migrate, recordKey }: ReturnType<typeof createIdentities>) => ({ keys, migrate, recordKey });
  const one = keysOf(createIdentities(undefined, counting()));
  expect(keysOf(createIdentities(undefined, counting()))).toEqual(one);
  expect(new Set(Object.values(one.keys).map(({ seed }) => seed)).size).toBe(Object.keys(one.keys).length);
  expect(createIdentities().recordKey).not.toBe(createIdentities().recordKey);
});
