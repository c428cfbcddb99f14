import { describe, expect, test } from "vitest";

import { parseTree } from "./parse-tree.ts";

const entry = (mode: string): Buffer => Buffer.concat([Buffer.from(`${mode} a\0`), Buffer.alloc(20, 1)]);

describe("the kind of a tree's entry", () => {
  test.each([
    ["a file", "100644", "blob"],
    ["a program", "100755", "blob"],
    ["a file that its group may write, as old tools had it", "100664", "blob"],
    ["a symbolic link", "120000", "blob"],
    ["a directory", "40000", "tree"],
    ["a directory with a zero in front", "040000", "tree"],
    ["a directory with rights, which fsck lets pass", "40755", "tree"],
    ["a submodule", "160000", "commit"],
    ["no kind that git knows", "777", "commit"],
  ] as const)("is what git takes it for: %s", (_what, mode, type) => {
    expect(parseTree(entry(mode), 20)).toEqual([{ mode, type, name: "a", oid: "01".repeat(20) }]);
  });

  test.each([
    ["without an id", entry("100644").subarray(0, 12)],
    ["without a name", Buffer.from("100644")],
  ])("is not read of one %s", (_what, body) => expect(() => parseTree(body, 20)).toThrow("git tree is cut"));
});
