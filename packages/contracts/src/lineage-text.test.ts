import { expect, test } from "vitest";

import { lineageText } from "./lineage-text.ts";

const at = { source: "web", gitRef: "refs/heads/main", lineage: "aa", tip: "a9", seq: 9n };
const statement = { ...at, tree: "t1", declarationsDigest: "sha256:d", follows: [] };

test("a statement is signed line by line, under the name of its format", () => {
  expect(lineageText(statement)).toBe("ek.lineage.v2\nweb\nrefs/heads/main\naa\na9\n9\nt1\nsha256:d");
});

test("the lineages that it goes on from are part of what is signed", () => {
  expect(lineageText({ ...statement, follows: ["bb", "cc"] })).toBe(
    "ek.lineage.v2\nweb\nrefs/heads/main\naa\na9\n9\nt1\nsha256:d\nbb\ncc",
  );
});
