import { execFileSync } from "node:child_process";

import { runGit } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

const mktree = (path: string, lines: readonly string[]): string =>
  execFileSync("git", ["-C", path, "mktree"], { input: lines.join("") })
    .toString()
    .trim();

/** Commits ten names of one directory, nine times one in the other, into a served repository; its commit. */
const commitNested = async (path: string, names = 10, levels = 9): Promise<string> => {
  let tree = await runGit(path, "rev-parse", "main^{tree}");
  for (let level = 0; level < levels; level += 1)
    tree = mktree(
      path,
      Array.from({ length: names }, (_, n) => `040000 tree ${tree}\td${n}\n`),
    );
  return commitTree(path, tree);
};

// Where it is served: a git client walks such trees by path when it pushes the next commit.
const commitTree = async (path: string, tree: string): Promise<string> => {
  const tip = await runGit(
    path,
    "-c",
    "user.name=Ana",
    "-c",
    "user.email=ana@example.org",
    "commit-tree",
    tree,
    "-p",
    "main",
    "-m",
    "Nest",
  );
  await runGit(path, "update-ref", "refs/heads/main", tip);
  return tip;
};

describe("a commit of 5 KB with a thousand million paths", { timeout: 120_000 }, () => {
  test("is stored in little time and memory, and the next one is followed", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const before = process.memoryUsage.rss();
    const shop = `${world.git.root}/shop.git`;
    const small = await runGit(shop, "rev-parse", "main^{tree}");
    const tip = await commitNested(shop);
    await watcher.hook("shop");
    await world.observed("shop", tip);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * 1024 * 1024);
    const next = await commitTree(shop, small);
    await watcher.hook("shop");
    await world.observed("shop", next);
  });

  test("in the fleet is refused with a path, and what was accepted stays", async () => {
    await using world = await watchGit();
    const accepted = await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("_fleet", accepted);
    await commitNested(`${world.git.root}/fleet.git`);
    await watcher.hook("_fleet");
    const told = await world.condition("_fleet", ({ error }) => error !== undefined);
    expect(told.error).toMatchObject({
      code: "LimitExceeded",
      message: expect.stringMatching(/too many files and directories, at most 50000: seen at "d\d\/d\d/),
    });
    expect((await world.tipOf("_fleet"))?.revision).toBe(accepted);
  });

  test("too deep is refused with a path, and a stop is heard meanwhile", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    await commitNested(`${world.git.root}/shop.git`, 1, 300);
    await watcher.hook("shop");
    const told = await world.condition("shop", ({ error }) => error !== undefined);
    expect(told.error).toMatchObject({ code: "LimitExceeded", message: expect.stringContaining('seen at "d0/d0') });
    await watcher.stop();
  });
});
