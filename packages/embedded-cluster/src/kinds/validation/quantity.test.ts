import { describe, expect, it } from "vitest";

import { canonicalQuantity, compareQuantities, milliValue, parseQuantity, QuantityRefused } from "./quantity.ts";

describe("a quantity is written as Go writes it", () => {
  it.each([
    ["thousandths that make a whole", "1000m", "1"],
    ["a kibibyte too many", "1024Mi", "1Gi"],
    ["decimals of a binary unit", "1.5Gi", "1536Mi"],
    ["a fraction", "0.5", "500m"],
    ["trailing zeros that fit a scale of three", "1.500", "1.500"],
    ["zeros that do not", "1.50", "1500m"],
    ["an exponent", "1e3", "1e3"],
    ["an exponent that is no multiple of three", "1e4", "10e3"],
    ["a sum past the last suffix, which Go loses", "1000E", "1"],
    ["a plus sign", "+5", "+5"],
    ["less than one of a binary unit", "0.1Ki", "102400m"],
    ["odd multiples of mebibytes", "100Mi", "100Mi"],
    ["eights of kibibytes", "2000Ki", "2000Ki"],
    ["more than an int64", "20Ei", "9223372036854775807"],
    ["less than a nano", "1e-20", "1e-9"],
    ["zero in any form", "0.000Mi", "0"],
    ["a lone dot", ".", "0"],
    ["leading zeros, kept by Go", "007", "007"],
    ["negative fractions", "-0.25", "-250m"],
    ["spaces around", " 1 ", "1"],
  ])("%s: %s", (_title, text, written) => {
    expect(canonicalQuantity(text)).toBe(written);
  });

  it.each([
    ["", "quantities must match the regular expression"],
    ["abc", "quantities must match the regular expression"],
    ["1 Gi", "quantities must match the regular expression"],
    ["5K", "unable to parse quantity's suffix"],
    ["5k5", "unable to parse quantity's suffix"],
    ["e-10", "unable to parse numeric part of quantity"],
  ])("refuses %j", (text, why) => {
    expect(() => parseQuantity(text)).toThrow(QuantityRefused);
    expect(() => parseQuantity(text)).toThrow(why);
  });
});

describe("quantities are compared by value", () => {
  it.each([
    ["1000m", "1", 0],
    ["1Ki", "1024", 0],
    ["1k", "1Ki", -1],
    ["-1", "1n", -1],
    ["1e300000000", "1E", 1],
    ["-1e300000000", "-1E", -1],
    ["0", "0Mi", 0],
  ])("%s and %s", (a, b, order) => {
    expect(compareQuantities(parseQuantity(a), parseQuantity(b))).toBe(order);
    expect(compareQuantities(parseQuantity(b), parseQuantity(a))).toBe(order === 0 ? 0 : -order);
  });
});

describe("quantities are rounded", () => {
  it("counts thousandths, rounded up", () => {
    expect(milliValue(parseQuantity("1.0001"))).toBe(1001n);
    expect(milliValue(parseQuantity("2Ki"))).toBe(2_048_000n);
  });
});
