import { expect, test } from "vitest";

import { lineageText } from "./lineage-text.ts";

const statement = { source: "web", gitRef: "refs/heads/main", lineage: "aa", tip: "a9", seq: 9n, follows: [] };

test("a statement is signed line by line, under the name of its format", () => {
  expect(lineageText(statement)).toBe("ek.lineage.v1\nweb\nrefs/heads/main\naa\na9\n9");
});

test("the lineages that it goes on from are part of what is signed", () => {
  expect(lineageText({ ...statement, follows: ["bb", "cc"] })).toBe(
    "ek.lineage.v1\nweb\nrefs/heads/main\naa\na9\n9\nbb\ncc",
  );
});
