import { countOperations } from "@evenkeel/testing";
import { describe, expect, it } from "vitest";

import { ManifestRefused, parseManifests } from "./index.ts";

const parse = (text: string) => () => {
  try {
    parseManifests(new TextEncoder().encode(text), { file: "a.yaml", dialect: "kustomize" });
  } catch (error) {
    if (!(error instanceof ManifestRefused)) throw error;
  }
};
const object = (rest: string): string => `apiVersion: v1\nkind: X\nmetadata: {name: a}\n${rest}\n`;
const lines = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_unused, at) => line(at)).join("\n");

/** Text of `n` times something, each a form that a careless reader looks for again from the start. */
const forms: readonly (readonly [name: string, text: (n: number) => string])[] = [
  ["keys", (n) => object(lines(n, (at) => `k${at}: ${at}`))],
  ["scalars that readers take differently", (n) => object(`x:\n${lines(n, () => "- yes")}`)],
  ["lines that look like directives in one text", (n) => object(`x: |\n${lines(n, () => "  %a")}`)],
  ["lines that look like directives in many", (n) => object(`x:\n${lines(n, () => "- '\n%a'")}`)],
  ["directives", (n) => lines(n, () => "%YAML 1.2")],
  ["documents", (n) => lines(n, (at) => `apiVersion: v1\nkind: X\nmetadata: {name: a${at}}\n---`)],
  ["empty documents", (n) => lines(n, () => "---")],
  ["documents that are no objects", (n) => lines(n, () => "a: b\n---")],
  [
    "objects with status",
    (n) => lines(n, (at) => `apiVersion: v1\nkind: X\nmetadata: {name: a${at}}\nstatus: {a: b}\n---`),
  ],
  [
    "items of a List",
    (n) =>
      `apiVersion: v1\nkind: List\nitems:\n${lines(n, (at) => `- {apiVersion: v1, kind: X, metadata: {name: a${at}}}`)}`,
  ],
  ["anchors", (n) => object(lines(n, (at) => `k${at}: &a${at} ${at}`))],
  ["tags", (n) => object(lines(n, (at) => `k${at}: !!str ${at}`))],
  ["folded lines", (n) => object(`x: >\n${lines(n, (at) => (at % 3 === 0 ? "   more" : "  less"))}`)],
  ["lines of a plain scalar", (n) => object(`x: a\n${lines(n, () => "  b")}`)],
  ["lines of a quoted scalar", (n) => object(`x: "a\n${lines(n, () => "  b\\tc")}"`)],
  ["empty lines", (n) => object(`x: a${"\n".repeat(n)}y: b`)],
  ["comments", (n) => object(lines(n, () => "# a"))],
  ["a flow list", (n) => object(`x: [${Array(n).fill("a").join(",")}]`)],
  ["a flow map", (n) => object(`x: {${lines(n, (at) => `k${at}: 1,`)}}`)],
  ["pairs in a flow list", (n) => object(`x: [${Array(n).fill("a: b").join(",")}]`)],
  ["an open flow list", (n) => object(`x: [${Array(n).fill("a").join(",")}`)],
];

describe("the work of reading", () => {
  it.each(forms)("grows with the text: %s", (_name, text) => {
    const one = countOperations(parse(text(1_000)));
    const two = countOperations(parse(text(2_000)));
    expect(one).toBeGreaterThan(1_000);
    expect(two / one).toBeLessThan(2.2);
  });
});
