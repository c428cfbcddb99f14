import { describe, expect, test } from "vitest";

import { isFullRef, toFullRef } from "./git-ref.ts";

const id = "a".repeat(40);

describe("a declared ref", () => {
  test.each([
    ["a plain branch", { branch: "main" }, "refs/heads/main"],
    ["a branch with slashes", { branch: "team/shop-1.2" }, "refs/heads/team/shop-1.2"],
    ["a full branch name", { branch: "refs/heads/main" }, "refs/heads/main"],
    ["a tag", { tag: "v1.2.3" }, "refs/tags/v1.2.3"],
    ["a full tag name", { tag: "refs/tags/v1" }, "refs/tags/v1"],
    ["a commit", { commit: id }, id],
    ["the remote's HEAD", { head: true as const }, "HEAD"],
  ])("turns %s into its full form", (_what, selector, full) => expect(toFullRef(selector)).toBe(full));

  test.each([
    ["an option", { branch: "--upload-pack=x" }],
    ["a short option", { branch: "-h" }],
    ["a range", { branch: "a..b" }],
    ["half a character", { branch: "a\ud800" }],
    ["a peeling", { branch: "x^{}" }],
    ["a reflog", { branch: "@{-1}" }],
    ["a path in a tree", { branch: "HEAD~1:foo" }],
    ["a wildcard", { branch: "*" }],
    ["nothing", { branch: "" }],
    ["the other type's full name", { branch: "refs/tags/v1" }],
    ["another namespace", { branch: "refs/pull/1/head" }],
    ["a tag with the name of a branch", { tag: "refs/heads/main" }],
    ["a lock name", { branch: "main.lock" }],
    ["a hidden part", { branch: "a/.b" }],
    ["a newline", { branch: "main\n" }],
    ["a short commit", { commit: "abc1234" }],
    ["an upper-case commit", { commit: "A".repeat(40) }],
  ])("refuses %s", (_what, selector) =>
    expect(() => toFullRef(selector)).toThrow(expect.objectContaining({ reason: "RefInvalid" }) as Error),
  );

  test("only full names and HEAD may stand on a command line", () => {
    expect(["HEAD", "refs/heads/main", "refs/tags/v1"].every(isFullRef)).toBe(true);
    expect(["main", "refs/heads/", "refs/heads/-x/..", "refs/remotes/x", "--all"].some(isFullRef)).toBe(false);
  });
});
