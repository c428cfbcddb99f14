import { expect, test } from "vitest";

import { lineageText } from "./lineage-text.ts";

test("a statement is signed line by line, under the name of its format", () => {
  const statement = { source: "web", gitRef: "refs/heads/main", lineage: "aa", tip: "a9", seq: 9n };
  expect(lineageText(statement)).toBe("ek.lineage.v1\nweb\nrefs/heads/main\naa\na9\n9");
});
