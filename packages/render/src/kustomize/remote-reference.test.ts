import { describe, expect, test } from "vitest";

import { isRemote, withoutCredentials } from "./remote-reference.ts";

describe("what leads out of the repository", () => {
  test.each([
    "git@github.com:org/repo",
    "a@b/c",
    "@a@b:c",
    "a@:/",
    "host:org/repo",
    ":a:b/c",
    "a::b/c",
    "user@host:path",
    "k=https:host",
  ])("is %s", (reference) => expect(isRemote(reference)).toBe(true));

  test.each(["../base", "a@b", "@a/b", "a@/b", "a:", "a:/b", ":a/b", "a b@c/d", "web.yaml"])("is not %s", (reference) =>
    expect(isRemote(reference)).toBe(false),
  );

  test.each(["@", ":", ":a", "@:", "a@", "@a "])("is found in time that grows with the text: many of %j", (piece) => {
    const text = piece.repeat(300_000);
    expect(withoutCredentials(text).length).toBeGreaterThan(0);
  });
});
