import { describe, expect, it } from "vitest";

import { matchesFields, parseFieldSelector } from "./field-selector.ts";
import { formatRequirements, matchesLabels, requirementsOf, SelectorRefused } from "./label-selector.ts";
import { parseLabelSelector } from "./parse-label-selector.ts";

describe("a label selector is read as the server reads it", () => {
  it.each([
    ["sorted by key", "b=2,a=1", "a=1,b=2"],
    ["sets sorted, doubles dropped", "a in (c, b,c)", "a in (b,c)"],
    ["existence", "a,!b", "a,!b"],
    ["an absent value is empty", "a=,b!=", "a=,b!="],
    ["an empty set holds the empty value", "a notin ()", "a notin ()"],
    ["keywords as names", "in in (notin)", "in in (notin)"],
    ["nothing", "", ""],
  ])("%s", (_title, text, written) => {
    expect(formatRequirements(parseLabelSelector(text))).toBe(written);
  });

  it.each(["a b", "a,", "=a", "a=b=c", "a in (", "a in b", "a/b/c"])("refuses %j", (text) => {
    expect(() => parseLabelSelector(text)).toThrow(SelectorRefused);
  });

  it.each([
    ["a=1", true],
    ["a!=1", false],
    ["c!=1", true],
    ["c notin (1)", true],
    ["c in (1)", false],
    ["!c,a", true],
  ])("matches by %s: %s", (text, matches) => {
    expect(matchesLabels(parseLabelSelector(text), { a: "1" })).toBe(matches);
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
  it("reads both signs of equality", () => {
    expect(parseFieldSelector("b==x,a!=1")).toEqual([
      { path: "a", operator: "!=", value: "1" },
      { path: "b", operator: "=", value: "x" },
    ]);
  });

  it.each(["a", "a=b=c", String.raw`a=\x`])("refuses %j", (text) => {
    expect(() => parseFieldSelector(text)).toThrow(SelectorRefused);
  });

  it("matches what is absent as empty", () => {
    const fieldOf = (path: string): string => (path === "metadata.name" ? "x" : "");
    expect(matchesFields(parseFieldSelector("metadata.name=x,spec.nodeName="), fieldOf)).toBe(true);
    expect(matchesFields(parseFieldSelector("metadata.name!=x"), fieldOf)).toBe(false);
  });
});
