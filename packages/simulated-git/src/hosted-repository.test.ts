import { execFileSync } from "node:child_process";

import { expect, test } from "vitest";
import { makeRepository } from "@evenkeel/testing";

import { GitHosts } from "./git-hosts.ts";

const shopOf = () => new GitHosts().create("https://git.example.org/shop.git");

test("a merge of histories that do not meet in a file is the tree that git merges to", async () => {
  await using repository = await makeRepository();
  const shop = shopOf();
  const both = async (branch: string, files: Record<string, string | null>): Promise<void> => {
    await repository.branch(branch);
    await repository.commit(files);
    if (shop.tip(branch) === undefined && branch !== "main") shop.branch(branch, "main");
    shop.commit(branch, files);
  };
  await both("main", { "a/one": "1\n", "a/two": "2\n", "b/three": "3\n", four: "4\n" });
  await both("side", { "a/one": null, "b/three": "3 of the side\n", "c/new": "new\n" });
  await both("main", { "a/two": "2 of main\n", four: null, "d/other": "other\n" });
  shop.merge("main", "side");
  const merged = await repository.git("merge-tree", "--write-tree", "main", "side");
  expect(shop.treeOf(shop.resolve("main"))).toBe(merged);
});

test("a merge takes from the other side what both changed", () => {
  const shop = shopOf();
  shop.commit("main", { a: "0", b: "0" });
  shop.branch("side", "main");
  shop.commit("side", { a: "theirs", b: null });
  shop.commit("main", { a: "ours", b: "ours" });
  shop.merge("main", "side");
  expect([...shop.files("main")]).toEqual([
    ["a", "theirs"],
    ["b", "ours"],
  ]);
});

test("what no ref reaches is there until it is collected", () => {
  const shop = shopOf();
  const first = shop.commit("main", { a: "1" });
  const left = shop.commit("main", { a: "2" });
  shop.reset("main", first);
  expect(shop.view().find(left)).toBeDefined();
  expect(shop.collect()).toBe(3);
  expect(shop.view().find(left)).toBeUndefined();
  expect(shop.descends(first, first)).toBe(true);
});

test("its story names every push", () => {
  const shop = shopOf();
  const first = shop.commit("main", { a: "1" });
  shop.tag("v1", "main");
  shop.setHead("next");
  shop.remove("refs/tags/v1");
  expect(shop.story().map((line) => line.slice(line.indexOf("refs/") < 0 ? 0 : 25))).toEqual([
    `${shop.url} refs/heads/main: nothing → ${first.slice(0, 8)}`,
    `${shop.url} refs/tags/v1: nothing → ${first.slice(0, 8)}`,
    `${shop.url} HEAD: refs/heads/main → refs/heads/next`,
    `${shop.url} refs/tags/v1: ${first.slice(0, 8)} → nothing`,
  ]);
});

test("whatever it made, git's own fsck finds nothing wrong with", async () => {
  await using repository = await makeRepository();
  const shop = shopOf();
  shop.commit("main", { "a/b": "1", "a.b": "2", "a-b/c": { executable: "x" }, link: { link: "a" } });
  shop.move("main", "a", "z/y");
  shop.rewrite("main", { "a/b": "3" });
  shop.branch("side", "main");
  shop.commit("side", { "a/c": "4", module: { submodule: "1".repeat(40) } });
  shop.merge("main", "side");
  const tag = shop.tag("v1", "main", { message: "One" });
  for (const { type, body, oid } of shop.objects()) {
    const args = ["-C", repository.path, "hash-object", "-w", "-t", type, "--stdin"];
    expect(execFileSync("git", args, { input: body }).toString().trim()).toBe(oid);
  }
  await repository.git("update-ref", "refs/tags/v1", tag);
  expect(await repository.git("fsck", "--strict", "--no-dangling")).toBe("");
});
