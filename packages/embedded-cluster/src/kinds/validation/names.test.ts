import { describe, expect, it } from "vitest";

import { labelValue } from "./labels.ts";
import { dnsLabel, dnsSubdomain, nameIsDnsSubdomain, type NameRule, pathSegment, qualifiedNameRule } from "./names.ts";

const long = "a".repeat(64);

describe("names are found right or wrong in apimachinery's words", () => {
  it.each<[string, NameRule, string, readonly string[]]>([
    ["a label", dnsLabel, "my-name", []],
    ["a label with a dot", dnsLabel, "my.name", ["must not contain dots"]],
    ["a long label", dnsLabel, long, ["must be no more than 63 characters"]],
    ["a label that starts with a digit", dnsLabel, "1a", []],
    ["an upper case subdomain", dnsSubdomain, "A.b", ["a lowercase RFC 1123 subdomain must"]],
    ["an empty subdomain", dnsSubdomain, "", ["a lowercase RFC 1123 subdomain must"]],
    ["a key with a domain", qualifiedNameRule, "example.com/My_name", []],
    ["a key with an empty domain", qualifiedNameRule, "/x", ["prefix part must be non-empty"]],
    ["an empty key", qualifiedNameRule, "", ["name part must be non-empty", "name part must consist"]],
    ["a long key", qualifiedNameRule, long, ["name part must be no more than 63 bytes"]],
    ["a key of three parts", qualifiedNameRule, "a/b/c", ["a valid label key must consist"]],
    ["an empty label value", labelValue, "", []],
    ["a label value with a space", labelValue, "a b", ["a valid label must be an empty string"]],
  ])("%s", (_title, rule, value, starts) => {
    const found = rule(value);
    expect(found.map((text, index) => text.slice(0, starts[index]?.length))).toEqual(starts);
  });

  it("counts bytes, not characters", () => {
    expect(labelValue("é".repeat(32))[0]).toBe("must be no more than 63 bytes");
  });

  it("lets a prefix end in a dash, for more will follow", () => {
    expect(nameIsDnsSubdomain("web-", true)).toEqual([]);
    expect(nameIsDnsSubdomain("web-", false)).toHaveLength(1);
  });

  it("forbids what would not be one part of a path", () => {
    expect(pathSegment("..", false)).toEqual(["may not be '..'"]);
    expect(pathSegment("..", true)).toEqual([]);
    expect(pathSegment("a/b%c", false)).toEqual(["may not contain '/'", "may not contain '%'"]);
  });
});
