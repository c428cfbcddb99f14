import { describe, expect, it } from "vitest";

import {
  describeFieldError,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  ofNamedType,
  required,
} from "./field-error.ts";

describe("a finding is told as Go tells it", () => {
  it.each<[string, FieldError, string]>([
    ["what is missing", required("f"), "Required value"],
    ["what is forbidden", forbidden("f", "why"), "Forbidden: why"],
    ["a text, quoted by Go", invalid("f", 'é<"\u0001', "why"), String.raw`Invalid value: "é<\"\x01": why`],
    [
      "a text of a type of its own",
      ofNamedType(invalid("f", "a<b", "why")),
      String.raw`Invalid value: "a\u003cb": why`,
    ],
    ["a number past 2^53", invalid("f", 9_007_199_254_740_993n, "why"), "Invalid value: 9007199254740993: why"],
    ["nothing", invalid("f", null, "why"), "Invalid value: null: why"],
    ["a struct in the order given", invalid("f", { b: 1, a: [true] }, ""), 'Invalid value: {"b":1,"a":[true]}'],
    ["a repetition", duplicate("f", 80), "Duplicate value: 80"],
    ["allowed values", notSupported("f", "x", ["b", "a"]), 'Unsupported value: "x": supported values: "b", "a"'],
  ])("%s", (_title, error, text) => {
    expect(describeFieldError(error)).toBe(text);
  });
});
