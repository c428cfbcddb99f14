import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

const root = dirname(import.meta.dirname);

it("docs/attacks.md cites tests that are there", () => {
  const text = readFileSync(join(root, "docs/attacks.md"), "utf8");
  const cited = [...text.matchAll(/`([^` ]+\.test\.ts)`/g)].map((match) => match[1] ?? "");
  expect(cited.length).toBeGreaterThan(50);
  expect(cited.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
