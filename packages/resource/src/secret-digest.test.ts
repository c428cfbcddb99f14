import { describe, expect, it } from "vitest";

import { sha256Hex } from "./canonical.ts";
import { decodeSet, encodeSet, setDigest, toCanonical } from "./index.ts";
import type { KubeObject } from "./index.ts";

const secret = (pin: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", namespace: "shop" },
  stringData: { pin },
});
const configMap: KubeObject = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data: { k: "v" } };
const key = "of this installation";
const everyPin = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, "0"));

describe("the digest of a Secret", () => {
  it("is not found by trying every value, neither its own nor that of its set", () => {
    const made = toCanonical(secret("0891"), key);
    const set = setDigest([made, toCanonical(configMap, key)]);
    for (const pin of everyPin) {
      const tried = toCanonical(secret(pin));
      expect(tried.digest).not.toBe(made.digest);
      expect(setDigest([tried, toCanonical(configMap)])).not.toBe(set);
    }
  });

  it("is the same for the same content and key, and another one for any other", () => {
    const one = toCanonical(secret("0891"), key);
    expect(toCanonical(secret("0891"), key)).toEqual(one);
    expect(toCanonical(secret("0892"), key).digest).not.toBe(one.digest);
    expect(toCanonical(secret("0892"), key).salt).not.toBe(one.salt);
    expect(toCanonical(secret("0891"), "of another").digest).not.toBe(one.digest);
  });

  it("is proved by whoever has the body, without the key", () => {
    const objects = [toCanonical(secret("0891"), key), toCanonical(configMap, key)];
    const digest = setDigest(objects);
    const body = encodeSet(objects);
    expect(decodeSet(body, digest)).toEqual(objects.toReversed());
    const changed = new TextEncoder().encode(new TextDecoder().decode(body).replace("0891", "0892"));
    expect(() => decodeSet(changed, digest)).toThrow("was read as");
    const salted = new TextEncoder().encode(
      new TextDecoder().decode(body).replace(/^[0-9a-f]{32} /m, `${"0".repeat(32)} `),
    );
    expect(() => decodeSet(salted, digest)).toThrow("was read as");
  });

  it("is as before for every other kind", () => {
    const one = toCanonical(configMap, key);
    expect(one.salt).toBeUndefined();
    expect(one.digest).toBe(`sha256:${sha256Hex(one.json)}`);
  });
});
