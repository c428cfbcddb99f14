import { describe, expect, test } from "vitest";

import { BodyRefused, encodeApplyBody } from "./encode-apply-body.ts";

const encoded = (value: Parameters<typeof encodeApplyBody>[0]): string => encodeApplyBody(value).toString("utf8");

describe("a body is encoded so that a YAML reader reads it back exactly", () => {
  test.each([
    ["U+0085 is escaped", "a\u0085b", String.raw`"a\u0085b"`],
    ["U+2028 and U+2029 are escaped", " \u2028 \u2029 ", String.raw`" \u2028 \u2029 "`],
    ["U+007F and U+0080 are escaped", "\u007f\u0080", String.raw`"\u007f\u0080"`],
    ["U+FEFF, U+FFFE and U+FFFF are escaped", "\ufeff\ufffe\uffff", String.raw`"\ufeff\ufffe\uffff"`],
    ["characters above U+FFFF are written raw", "\u{1f600}", `"\u{1f600}"`],
    ["U+00A0 stays raw", "\u00a0", `"\u00a0"`],
    ["a large integer keeps its digits", 9007199254740993n, "9007199254740993"],
  ])("%s", (_title, value, expected) => {
    expect(encoded(value)).toBe(expected);
  });

  test.each([
    ["a lone surrogate", { data: { key: "\ud800" } }, "data.key"],
    ["a lone surrogate in a key", { data: { "\udc00": "x" } }, "data.\udc00"],
    ["a key of more than 1,024 characters", { ["k".repeat(1100)]: 1 }, "k".repeat(1100)],
    ["a number that is not finite", { spec: { items: [Number.POSITIVE_INFINITY] } }, "spec.items[0]"],
  ])("refuses %s and names its path", (_title, value, path) => {
    expect(() => encodeApplyBody(value)).toThrow(BodyRefused);
    try {
      encodeApplyBody(value);
    } catch (error) {
      expect((error as BodyRefused).path).toBe(path);
    }
  });

  test("JSON.parse reads back what was encoded", () => {
    const value = { a: [null, true, 1.5, 'x\n\t"\\\u0085'], "k\u2028": {} };
    expect(JSON.parse(encoded(value))).toEqual(value);
  });
});
