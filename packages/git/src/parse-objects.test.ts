import { describe, expect, test } from "vitest";

import { parseCommit, parseRemoteRefs, parseTagTarget, parseTree } from "./parse-objects.ts";

const OID = "a".repeat(40);
const corrupt = expect.objectContaining({ reason: "ObjectCorrupt" }) as Error;
const tree = (mode: string, name = "a"): Buffer =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.alloc(20, 1)]);
const commit = (text: string): Buffer => Buffer.from(`${text}\n\nSubject\n`);
const people = "author A <a@example.org> 1 +0000\ncommitter B <b@example.org> 2 +0000";

describe("the entry of a tree", () => {
  test.each([
    ["40000", "040000", "tree"],
    ["040000", "040000", "tree"],
    ["0040000", "040000", "tree"],
    ["40755", "040755", "tree"],
    ["100664", "100664", "blob"],
    ["120000", "120000", "blob"],
    ["160000", "160000", "commit"],
  ] as const)("of mode %s is read as git reads it", (written, mode, type) => {
    expect(parseTree(tree(written), OID)).toMatchObject([{ mode, type }]);
  });

  test.each([
    ["no mode", tree("")],
    ["a mode that is no number", tree("1006x4")],
    ["a mode of no kind", tree("644")],
    ["no name", tree("100644", "")],
    ["a cut id", tree("100644").subarray(0, 15)],
  ])("is refused with %s", (_what, body) => expect(() => parseTree(body, OID)).toThrow(corrupt));
});

describe("a commit", () => {
  test("is read in time that grows with its text, whatever its author is called", () => {
    expect(() => parseCommit(commit(`tree ${OID}\nauthor ${"<".repeat(200_000)}`), OID)).toThrow(corrupt);
  });

  test.each([
    ["a tree that is no id", `tree ${OID.slice(1)}\n${people}`],
    ["a parent that is no id", `tree ${OID}\nparent main\n${people}`],
    ["an author without an address", `tree ${OID}\nauthor A 1 +0000\ncommitter B <b> 2 +0000`],
  ])("is refused with %s", (_what, text) => expect(() => parseCommit(commit(text), OID)).toThrow(corrupt));

  test("keeps the names of people as they are written", () => {
    expect(parseCommit(commit(`tree ${OID}\n${people}`), OID)).toMatchObject({
      author: { name: "A", email: "a@example.org", time: 1 },
      committer: { name: "B", email: "b@example.org", time: 2 },
    });
  });
});

test("what has an id of another length is neither an object of a tag nor of a ref", () => {
  const long = "a".repeat(50);
  expect(() => parseTagTarget(Buffer.from(`object ${long}\ntype commit\n`), OID)).toThrow(corrupt);
  expect(parseRemoteRefs(Buffer.from(`${long}\trefs/heads/main\n${OID}\trefs/heads/\tx\n`)).size).toBe(0);
});
