import { describe, expect, it } from "vitest";

import { diffTrees } from "./diff-trees.ts";
import type { TreeEntry } from "./diff-trees.ts";

const file = (name: string, oid: string, mode = "100644"): TreeEntry => ({ mode, name, oid });
const raw = (byte: number): TreeEntry => ({ mode: "100644", name: Buffer.from([byte]), oid: "1" });
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
  ["names both when a directory becomes a file", "", [tree("d", "1")], [file("d", "2")], ["entry d", "subtree d"], []],
  ["finds a file that became a link", "", [file("a", "1")], [file("a", "1", "120000")], ["entry a"], []],
  ["tells names apart that are no UTF-8", "", [raw(0xff)], [raw(0xfe)], ["entry \0\xfe", "entry \0\xff"], []],
  [
    "takes a name that is no UTF-8 for no other",
    "",
    [raw(0xff)],
    [file("\xff", "1")],
    ["entry \xff", "entry \0\xff"],
    [],
  ],
  ["takes both writings of a directory's mode for one", "", [tree("d", "1")], [file("d", "2", "040000")], [], ["d"]],
  ["names both when a file becomes a directory", "", [file("d", "1")], [tree("d", "2")], ["subtree d", "entry d"], []],
];

describe("diffTrees", () => {
  it.each(cases)("%s", (_title, at, before, after, changes, descend) => {
    const found = diffTrees(at, before, after);
    expect(found.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(changes);
    expect(found.descend.map(({ path }) => path)).toEqual(descend);
  });
});
