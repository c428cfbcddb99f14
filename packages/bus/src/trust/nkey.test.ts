import { createUser, fromSeed } from "@nats-io/nkeys";
import { expect, test } from "vitest";

import { decodePublicKey, encodeUserKey } from "./nkey.ts";
import { signerOf } from "./service-key.ts";

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
