import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);
const rows = [
  ...readFileSync(join(root, "docs/glossary.md"), "utf8").matchAll(
    /^\| (?<word>[^|]+) \| [^|]+ \| `(?<type>\w+)` \| `(?<file>[^`]+)` \| [^|]+ \|$/gm,
  ),
].map(({ groups }) => groups as { readonly word: string; readonly type: string; readonly file: string });

it("is short enough to be read", () => {
  expect(rows.length).toBeGreaterThan(25);
  expect(rows.length).toBeLessThanOrEqual(35);
  expect(new Set(rows.map(({ word }) => word)).size).toBe(rows.length);
});

it.each(rows)("$word is $type", ({ type, file }) => {
  expect(readFileSync(join(root, file), "utf8")).toMatch(
    new RegExp(`^export (?:interface|type|const) ${type}\\b`, "m"),
  );
});
