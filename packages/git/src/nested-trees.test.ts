import { describe, expect, test } from "vitest";

import { serveShop } from "./git-world.fixture.ts";
import { commitTree, nestTrees, writeGit } from "./nested-trees.fixture.ts";
import { newObjects } from "./new-objects.ts";

const main = "refs/heads/main";
const signal = AbortSignal.timeout(120_000);

const serveTrees = async (make: (repository: string) => readonly string[]) => {
  const world = await serveShop();
  const trees = make(world.bare);
  const commits: string[] = [];
  for (const tree of trees) commits.push(commitTree(world.bare, tree, commits.at(-1)));
  writeGit(world.bare, ["update-ref", main, commits.at(-1) ?? ""], "");
  await world.store.fetchCandidate(world.at(world.url), main, 1, signal);
  return { ...world, trees };
};

/** Each tree that was read, once for each time. */
const counted = (store: Parameters<typeof newObjects>[0]) => {
  const reads: string[] = [];
  const readTreeBody: typeof store.readTreeBody = (oid, until) => {
    reads.push(oid);
    return store.readTreeBody(oid, until);
  };
  return { reads, readTreeBody };
};

describe("a commit of trees that hold each other", () => {
  test("is walked by its objects, not by its paths", async () => {
    await using world = await serveTrees((bare) => [nestTrees(bare, 40, 10, "1")]);
    const store = counted(world.store);
    const found = await newObjects(store, undefined, world.trees[0] ?? "", signal);
    expect(found.size).toBe(42);
    expect(store.reads).toHaveLength(41);
  });

  test("is compared with another of its kind by its objects", async () => {
    await using world = await serveTrees((bare) => [nestTrees(bare, 40, 10, "1"), nestTrees(bare, 40, 10, "2")]);
    const store = counted(world.store);
    const [before = "", after = ""] = world.trees;
    expect((await newObjects(store, before, after, signal)).size).toBe(42);
    expect(store.reads).toHaveLength(82);
  });

  test("is refused with a path where it is nested too deep", async () => {
    await using world = await serveTrees((bare) => [nestTrees(bare, 300, 1, "1")]);
    const walk = newObjects(world.store, undefined, world.trees[0] ?? "", signal);
    await expect(walk).rejects.toMatchObject({
      reason: "LimitExceeded",
      message: expect.stringMatching(/more than 256 levels of directories, seen at "d0\/d0\/d0/),
    });
  });

  test.each([
    ["objects", { objects: 3, entries: 100, depth: 100 }, "more than 3 objects, seen at"],
    ["entries", { objects: 100, entries: 25, depth: 100 }, 'more than 25 entries of directories, seen at "d'],
  ])("is refused with a path where it has too many %s", async (_, limits, says) => {
    await using world = await serveTrees((bare) => [nestTrees(bare, 9, 10, "1")]);
    const walk = newObjects(world.store, undefined, world.trees[0] ?? "", signal, limits);
    await expect(walk).rejects.toMatchObject({ reason: "LimitExceeded", message: expect.stringContaining(says) });
  });

  test("gives up its walk when it is asked to", async () => {
    await using world = await serveTrees((bare) => [nestTrees(bare, 200, 1, "1")]);
    const stop = new AbortController();
    let reads = 0;
    const readTreeBody = (oid: string, until: AbortSignal) => {
      if ((reads += 1) === 5) stop.abort(new Error("the process ends"));
      return world.store.readTreeBody(oid, until);
    };
    const walk = newObjects({ readTreeBody }, undefined, world.trees[0] ?? "", stop.signal);
    await expect(walk).rejects.toThrow("the process ends");
    expect(reads).toBeLessThan(10);
  });
});
