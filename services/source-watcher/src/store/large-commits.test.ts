import { execFileSync } from "node:child_process";

import { runGit } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

/** Commits the same tree once more into a served repository; the new tip. */
const commitOn = async (path: string, message: string): Promise<string> => {
  const [tree, parent] = [await runGit(path, "rev-parse", "main^{tree}"), await runGit(path, "rev-parse", "main")];
  const input = `tree ${tree}\nparent ${parent}\nauthor Ana <a@b> 1 +0000\ncommitter Ana <a@b> 1 +0000\n\n${message}`;
  const argv = ["-C", path, "hash-object", "-t", "commit", "-w", "--stdin"];
  const tip = execFileSync("git", argv, { input }).toString().trim();
  await runGit(path, "update-ref", "refs/heads/main", tip);
  return tip;
};

describe("a commit with a message of 40 MB", { timeout: 120_000 }, () => {
  test("is refused by name, and what descends from it is followed", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    const accepted = await world.shop.head();
    await world.observed("shop", accepted);
    const shop = `${world.git.root}/shop.git`;
    const large = await commitOn(shop, "m".repeat(40_000_000));
    await watcher.hook("shop");
    const told = await world.condition("shop", ({ error }) => error !== undefined);
    expect(told.error).toMatchObject({
      code: "LimitExceeded",
      message: expect.stringContaining(`commit ${large} has 400001`),
      remedy: "push another commit, with a shorter message",
    });
    expect((await world.tipOf("shop"))?.revision).toBe(accepted);

    const next = await commitOn(shop, "next\n");
    await watcher.hook("shop");
    expect(await world.observed("shop", next)).toMatchObject({ previous: accepted });
    const last = await commitOn(shop, "last\n");
    await watcher.hook("shop");
    expect(await world.observed("shop", last)).toMatchObject({ previous: next, supersededCount: 0 });
  });
});
