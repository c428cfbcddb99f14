import { describe, expect, it } from "vitest";

import { diffTrees } from "./diff-trees.ts";
import type { TreeEntry } from "./diff-trees.ts";

const file = (name: string, oid: string, mode = "100644"): TreeEntry => ({ mode, name, oid });
const tree = (name: string, oid: string): TreeEntry => file(name, oid, "40000");

const cases: readonly [
  string,
  string,
  readonly TreeEntry[],
  readonly TreeEntry[],
  readonly string[],
  readonly string[],
][] = [
  ["finds nothing in equal entries", "", [file("a", "1"), tree("d", "2")], [file("a", "1"), tree("d", "2")], [], []],
  ["finds a changed file", "x", [file("a", "1")], [file("a", "2")], ["entry x/a"], []],
  ["finds a changed mode", "", [file("a", "1")], [file("a", "1", "100755")], ["entry a"], []],
  ["finds an added and a removed file", "", [file("a", "1")], [file("b", "1")], ["entry b", "entry a"], []],
  [
    "descends only where subtrees differ",
    "",
    [tree("d", "1"), tree("e", "2")],
    [tree("d", "3"), tree("e", "2")],
    [],
    ["d"],
  ],
  ["does not look into a new directory", "", [], [tree("d", "1")], ["subtree d"], []],
  ["does not look into a vanished directory", "p", [tree("d", "1")], [], ["subtree p/d"], []],
  ["names both when a file becomes a directory", "", [file("d", "1")], [tree("d", "2")], ["subtree d", "entry d"], []],
];

describe("diffTrees", () => {
  it.each(cases)("%s", (_title, at, before, after, changes, descend) => {
    const found = diffTrees(at, before, after);
    expect(found.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(changes);
    expect(found.descend.map(({ path }) => path)).toEqual(descend);
  });
});
