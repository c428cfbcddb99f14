import { describe, expect, it } from "vitest";

import {
  formatRequirements,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  requirementsOf,
  SelectorRefused,
} from "./selectors.ts";

describe("a label selector is read as the server reads it", () => {
  it.each([
    ["sorted by key", "b=2,a=1", "a=1,b=2"],
    ["sets sorted, doubles dropped", "a in (c, b,c)", "a in (b,c)"],
    ["existence", "a,!b", "a,!b"],
    ["an absent value is empty", "a=,b!=", "a=,b!="],
    ["an empty set holds the empty value", "a notin ()", "a notin ()"],
    ["keywords as names", "in in (notin)", "in in (notin)"],
    ["numbers", "a>5,b<6", "a>5,b<6"],
    ["nothing", "", ""],
  ])("%s", (_title, text, written) => {
    expect(formatRequirements(parseLabelSelector(text))).toBe(written);
  });

  it.each([
    ["a b", 'unable to parse requirement: "a b"'],
    ["a,", 'unable to parse requirement: ""'],
    ["=a", 'unable to parse requirement: "=a"'],
    ["a=b=c", 'unable to parse requirement: "a=b=c"'],
    ["a in (", 'unable to parse requirement: "a in ("'],
    ["a in b", 'unable to parse requirement: "a in b"'],
    ["a>x", "for 'Gt', 'Lt' operators, the value must be an integer"],
    ["a/b/c", 'key: Invalid value: "a/b/c": a valid label key must consist of'],
  ])("refuses %j", (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(SelectorRefused);
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it.each([
    ["a=1", true],
    ["a!=1", false],
    ["c!=1", true],
    ["c notin (1)", true],
    ["c in (1)", false],
    ["n>4,n<6", true],
    ["a>4", false],
    ["!c,a", true],
  ])("matches by %s: %s", (text, matches) => {
    expect(matchesLabels(parseLabelSelector(text), { a: "1", n: "5" })).toBe(matches);
  });
});

describe("a LabelSelector object", () => {
  it("selects nothing when absent, everything when empty", () => {
    expect(requirementsOf(undefined)).toBeUndefined();
    expect(requirementsOf({})).toEqual([]);
  });

  it("has the string form of its requirements by key", () => {
    const selector = {
      matchLabels: { b: "1" },
      matchExpressions: [{ key: "a", operator: "NotIn", values: ["y", "x"] }],
    };
    expect(formatRequirements(requirementsOf(selector) ?? [])).toBe("a notin (x,y),b=1");
  });
});

describe("a field selector", () => {
  it("reads escaped values and both signs of equality", () => {
    expect(parseFieldSelector(String.raw`b==x\,y,a!=1`)).toEqual([
      { path: "a", operator: "!=", value: "1" },
      { path: "b", operator: "=", value: "x,y" },
    ]);
  });

  it.each([
    ["a", "invalid selector: 'a'; can't understand 'a'"],
    ["a=b=c", "invalid field selector: unescaped character in value: 61"],
    [String.raw`a=\x`, String.raw`invalid field selector: invalid escape sequence: \x`],
  ])("refuses %j", (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(message);
  });

  it("matches what is absent as empty", () => {
    const fieldOf = (path: string): string => (path === "metadata.name" ? "x" : "");
    expect(matchesFields(parseFieldSelector("metadata.name=x,spec.nodeName="), fieldOf)).toBe(true);
    expect(matchesFields(parseFieldSelector("metadata.name!=x"), fieldOf)).toBe(false);
  });
});
