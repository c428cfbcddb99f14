import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { isContentOf } from "./verify-content.ts";

const text = (value: string) => new TextEncoder().encode(value);
const sha256 = (value: string) => createHash("sha256").update(value).digest("hex");

test.each([
  ["a Git blob under its id", "git.ce013625030ba8dba906f756967f9e9ca394464a", "hello\n", true],
  ["another body under a Git id", "git.ce013625030ba8dba906f756967f9e9ca394464a", "hello!", false],
  ["the empty Git tree", "git.4b825dc642cb6eb9a060e54bf8d69288fbee4904", "", true],
  ["a Git blob under its SHA-256 id", `git.${sha256("blob 2\0hi")}`, "hi", true],
  ["a declaration set under its digest", `declarations.${sha256("{}")}`, "{}", true],
  ["another declaration set", `declarations.${sha256("{}")}`, "[]", false],
  ["anything under a cache key", "render.abc", "anything", true],
])("takes %s as it should", (_title, key, body, wanted) => {
  expect(isContentOf(key, text(body))).toBe(wanted);
});
