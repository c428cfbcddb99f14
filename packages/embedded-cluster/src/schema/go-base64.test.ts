import { expect, test } from "vitest";

import { canonicalBase64 } from "./go-base64.ts";

test.each([
  ["", ""],
  ["YWI=", "YWI="],
  ["YR==", "YQ=="],
  ["Y\nQ=\r=\n", "YQ=="],
])("%j is %j", (given, written) => {
  expect(canonicalBase64(given)).toBe(written);
});

test.each([
  ["a", 0],
  ["YQ=", 3],
  ["YQ==x", 4],
  ["!!", 0],
  ["YWJ-", 3],
])("%j is illegal at byte %i", (given, at) => {
  expect(canonicalBase64(given)).toBe(at);
});
