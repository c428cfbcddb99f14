import { describe, expect, it } from "vitest";

import { decodeToken, encodeToken, fillSubject, fnv1a32, partitionOf, smallProfile, sourceShardOf } from "./subject.ts";

describe("encodeToken", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["keeps letters, digits, underscore and hyphen", "Team_a-1", "Team_a-1"],
    ["encodes a slash", "team-a/shop", "team-a=2Fshop"],
    ["encodes a dot, which would split the subject", "a.b", "a=2Eb"],
    ["encodes wildcards", "*>", "=2A=3E"],
    ["encodes the escape sign itself", "a=2F", "a=3D2F"],
    ["encodes each UTF-8 byte", "é", "=C3=A9"],
    ["gives the empty text a token of its own", "", "="],
  ];
  it.each(cases)("%s", (_title, text, token) => {
    expect(encodeToken(text)).toBe(token);
    expect(decodeToken(token)).toBe(text);
  });

  it.each(["", "=2", "=ZZ", "=2f", "=61", "=FF", "=C3", "=ED=A0=80", "a=", "a.b", "%41", "é", "*"])(
    "never makes %j, which therefore is no text's token",
    (token) => expect(decodeToken(token)).toBeUndefined(),
  );
});

describe("shards", () => {
  it("hashes as FNV-1a does", () => {
    // Test vectors of the FNV reference (Noll), 32 bits.
    expect([fnv1a32(""), fnv1a32("a"), fnv1a32("foobar")]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  });
  it("puts the same unit into the same partition, below N", () => {
    const seen = new Set<number>();
    for (let app = 0; app < 1000; app += 1) seen.add(partitionOf("prod", `app-${app}`, smallProfile));
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7]));
    expect(partitionOf("prod", "web", smallProfile)).toBe(partitionOf("prod", "web", smallProfile));
  });
  it("fills a template with encoded tokens and computed shards", () => {
    const shard = sourceShardOf("shop/config", smallProfile);
    expect(fillSubject("commit.{s}.{source}.problem", { source: "shop/config" }, smallProfile)).toBe(
      `ek.v1.commit.${shard}.shop=2Fconfig.problem`,
    );
  });
});
