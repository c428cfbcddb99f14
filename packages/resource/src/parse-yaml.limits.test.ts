import { describe, expect, it } from "vitest";

import { parseYaml } from "./index.ts";

const parse = (text: string) => parseYaml(new TextEncoder().encode(text), { file: "a.yaml", dialect: "kustomize" });
const limit = (problem: string) =>
  expect.objectContaining({ code: "LimitExceeded", problem: expect.stringContaining(problem) });
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("the limits of parseYaml", () => {
  it("takes 100 levels and refuses 101, also those that flow pairs hide", () => {
    expect(parse(nested(100)).documents.length).toBe(1);
    expect(() => parse(nested(101))).toThrow(limit("depth"));
    expect(() => parse(nested(5000))).toThrow(limit("depth"));
    expect(() => parse("{a: ".repeat(100_000))).toThrow(limit("depth"));
    expect(() => parse(`${"[a: ".repeat(60)}1${"]".repeat(60)}`)).toThrow(limit("depth"));
  });

  it("refuses a nine-level alias bomb (expanded, its 10^9 items would end the process)", () => {
    const levels = Array.from({ length: 9 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x,x,x,x,x,x,x,x,x,x]"
        : `a${level}: &a${level} [${Array(10)
            .fill(`*a${level - 1}`)
            .join(",")}]`,
    );
    expect(() => parse(levels.join("\n"))).toThrow(limit("aliases expanded"));
  });

  it("refuses 101 aliases, and much text repeated by few", () => {
    expect(parse(`a: &a 1\nb: [${Array(100).fill("*a").join(",")}]`).documents.length).toBe(1);
    expect(() => parse(`a: &a 1\nb: [${Array(101).fill("*a").join(",")}]`)).toThrow(limit("number of aliases"));
    expect(() => parse(`a: &a ${"x".repeat(1_000_000)}\nb: [${Array(11).fill("*a").join(",")}]`)).toThrow(
      limit("text repeated"),
    );
  });

  it("refuses more than 10,000 merged keys in a file, over all its documents", () => {
    const map = Array.from({ length: 101 }, (_, key) => `k${key}: 1`).join(", ");
    const doc = `a: &a {${map}}\nb: [${Array(100).fill("{<<: *a}").join(", ")}]\n`;
    expect(() => parse(doc)).toThrow(limit("merged keys"));
    expect(() => parse(`a: &a {${map}}\nb: {<<: *a}\n---\n`.repeat(100))).toThrow(limit("merged keys"));
  });

  it("refuses a file over 10 MiB and a document over 3 MiB, but not a file of several", () => {
    const megabytes = (count: number): string => `a: |\n${`  ${"x".repeat(97)}\n`.repeat(count * 10_500)}`;
    expect(() => parse(megabytes(11))).toThrow(limit("size in bytes"));
    expect(() => parse(megabytes(4))).toThrow(limit("size of one document"));
    expect(parse(`${megabytes(2)}---\n${megabytes(2)}`).documents.length).toBe(2);
  });

  it.each([
    ["nothing between two markers", "---\n"],
    ["a comment", "# Source: a/b.yaml\n---\n"],
    ["a null", "~\n---\n"],
    ["an anchor without a value", "&a\n---\n"],
  ])("measures each document by itself, with %s past 3 MiB", (_name, between) => {
    const megabyte = `a: |\n${`  ${"x".repeat(97)}\n`.repeat(10_500)}`;
    const text = `---\n${megabyte}---\n`.repeat(4) + between + `${megabyte}---\n`.repeat(2);
    expect(parse(text).documents.filter(({ value }) => value !== null)).toHaveLength(6);
    const long = `a: |\n${`  ${"x".repeat(97)}\n`.repeat(35_000)}`;
    expect(() => parse(`${megabyte}---\n${between}${long}---\n`)).toThrow(limit("size of one document"));
  });

  it("does not count comments between documents", () => {
    const comment = `# ${"x".repeat(98)}\n`.repeat(40_000);
    expect(parse(`a: 1\n${comment}---\n${comment}b: 2\n`).documents).toHaveLength(2);
  });

  it("finds duplicates among 40,000 keys (a quadratic reader would not end)", () => {
    const keys = Array.from({ length: 40_000 }, (_, key) => `key-${key}: ${key}`).join("\n");
    expect(parse(keys).documents.length).toBe(1);
    expect(() => parse(`${keys}\nkey-7: 1\n`)).toThrow(expect.objectContaining({ code: "DuplicateKey", line: 40_001 }));
  }, 60_000);
});
