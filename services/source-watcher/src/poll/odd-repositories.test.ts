import { rm } from "node:fs/promises";
import { join } from "node:path";

import { eventually, makeRepository, runGit } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { fleetFiles, overrideFile, repositoryText } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";

const repositories = (url: string, ref?: string) => ({ "repositories.yaml": repositoryText("shop", url, ref) });

describe("a repository", { timeout: 60_000 }, () => {
  test("that is empty is held without a tip, and followed from its first push", async () => {
    await using world = await watchGit();
    const { url, path } = await world.git.create("empty");
    await world.pushFleet(repositories(url));
    const watcher = await world.watch();
    const held = await world.condition("shop", ({ hold }) => hold?.reason?.code === "RefGone");
    expect(held.hold).toMatchObject({ accepted: "", candidate: "" });
    await runGit(world.shop.path, "push", "--quiet", path, "HEAD:refs/heads/main");
    await watcher.hook("shop");
    await world.observed("shop", await world.shop.head());
    await world.condition("shop", ({ hold, cause }) => hold === undefined && cause !== "");
  });

  test("whose default branch becomes an unrelated one is held, where HEAD is followed", async () => {
    await using world = await watchGit();
    await world.pushFleet({ "repositories.yaml": repositoryText("shop", world.shopUrl, "") });
    const watcher = await world.watch();
    const tip = await world.shop.head();
    expect(await world.observed("shop", tip)).toMatchObject({ gitRef: "HEAD" });
    await using other = await makeRepository({ other: "1" });
    await other.push({ remote: world.shopUrl, refs: ["HEAD:refs/heads/other"] });
    await runGit(`${world.git.root}/shop.git`, "symbolic-ref", "HEAD", "refs/heads/other");
    await watcher.hook("shop");
    const held = await world.condition("shop", ({ hold }) => hold !== undefined);
    expect(held.hold).toMatchObject({ accepted: tip, candidate: await other.head() });
    expect(world.commits("shop")).toHaveLength(1);
  });

  test("under two names is followed under both", async () => {
    await using world = await watchGit();
    await world.pushFleet({ ...repositories(world.shopUrl), "twin.yaml": repositoryText("twin", world.shopUrl) });
    const watcher = await world.watch();
    const first = await world.shop.head();
    await Promise.all([world.observed("shop", first), world.observed("twin", first)]);
    const next = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await Promise.all([watcher.hook("shop"), watcher.hook("twin")]);
    const [shop, twin] = await Promise.all([world.observed("shop", next), world.observed("twin", next)]);
    expect(shop.seq).not.toBe(twin.seq);
  });

  test("at another URL is followed at once; the first one, back with a rewritten history, is held", async () => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const accepted = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await world.pushFleet(repositories(world.shopUrl));
    const watcher = await world.watch();
    await world.observed("shop", accepted);

    await using other = await makeRepository({ other: "1" });
    const { url } = await world.git.create("other");
    await other.push({ remote: url });
    await world.pushFleet(repositories(url));
    await watcher.hook("_fleet");
    const there = await world.observed("shop", await other.head());
    expect(there).toMatchObject({ url, previous: "", lineage: { lineage: await other.head() } });

    await world.shop.reset(first);
    const rewritten = await world.shop.commit({ a: "rewritten" });
    await world.shop.push({ force: true });
    await world.pushFleet(repositories(world.shopUrl));
    await watcher.hook("_fleet");
    const held = await world.condition("shop", ({ hold }) => hold !== undefined);
    expect(held.hold).toMatchObject({ accepted, candidate: rewritten });

    await world.pushFleet(overrideFile({ from: accepted, to: rewritten }));
    await watcher.hook("_fleet");
    expect(await world.observed("shop", rewritten)).toMatchObject({ url: world.shopUrl, previous: accepted });
    await world.shop.reset(accepted);
    await world.shop.push({ remote: url, force: true });
    await world.pushFleet(repositories(url));
    await watcher.hook("_fleet");
    await world.condition("shop", ({ hold }) => hold?.accepted === there.revision);
  });

  test("that comes back unchanged after another URL is numbered again, on its own lineage", async () => {
    await using world = await watchGit();
    const accepted = await world.shop.head();
    await world.pushFleet(repositories(world.shopUrl));
    const watcher = await world.watch();
    const before = await world.observed("shop", accepted);
    await using other = await makeRepository({ other: "1" });
    const { url } = await world.git.create("other");
    await other.push({ remote: url });
    await world.pushFleet(repositories(url));
    await watcher.hook("_fleet");
    const { seq } = await world.observed("shop", await other.head());
    await world.pushFleet(repositories(world.shopUrl));
    await watcher.hook("_fleet");
    await eventually(() => world.commits("shop").length === 3);
    const tip = await world.tipOf("shop");
    expect(tip).toMatchObject({
      url: world.shopUrl,
      revision: accepted,
      lineage: { lineage: before.lineage?.lineage },
    });
    expect(tip!.seq).toBeGreaterThan(seq);
  });

  test("whose store vanishes while it is looked at is read again", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    await rm(join(world.dir, "git"), { recursive: true });
    const next = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await watcher.hook("shop");
    expect(await world.observed("shop", next)).toMatchObject({ supersededCount: 0 });
    const fleet = await world.pushFleet(fleetFiles(world, "report"));
    await watcher.hook("_fleet");
    await world.observed("_fleet", fleet);
  });

  test("of a server that answers 503 is told to be unreachable, with what was accepted in force", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    world.git.setFault({ kind: "status", status: 503 });
    await watcher.hook("shop");
    await world.condition("shop", ({ error }) => error?.code === "Unreachable");
    expect((await world.tipOf("shop"))?.revision).toBe(await world.shop.head());
    world.git.setFault(undefined);
    await watcher.hook("shop");
    await world.condition("shop", ({ error }) => error === undefined);
  });
});

describe("a tag", { timeout: 60_000 }, () => {
  test("made anew on the same commit is held by its object ids, until an Override names them", async () => {
    await using world = await watchGit();
    const gitRef = "refs/tags/v1";
    const at = { ref: "{tag: v1}" };
    const tag = async (message: string): Promise<string> => {
      await world.shop.git("tag", "--force", "--annotate", `--message=${message}`, "v1");
      await world.shop.push({ remote: world.shopUrl, refs: [gitRef], force: true });
      return world.shop.git("rev-parse", gitRef);
    };
    const first = await tag("first");
    await world.pushFleet(repositories(world.shopUrl, at.ref));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    expect((await world.tipOf("shop"))?.tagObject).toBe(first);

    const second = await tag("second");
    await watcher.hook("shop");
    const held = await world.condition("shop", ({ hold }) => hold !== undefined);
    expect(held.hold).toMatchObject({ accepted: first, candidate: second, reason: { code: "HistoryRewritten" } });
    expect(held.hold?.reason?.remedy).toContain(`from ${first} to ${second}`);

    await world.pushFleet({
      ...overrideFile({ name: "late", from: first, to: second, gitRef, expiresAt: "2020-01-01T00:00:00Z" }),
      ...overrideFile({ name: "wrong", from: second, to: first, gitRef }),
    });
    await watcher.hook("_fleet");
    await world.observed("_fleet", await world.fleet.head());
    await watcher.hook("shop");
    expect((await world.tipOf("shop"))?.tagObject).toBe(first);

    await world.pushFleet(overrideFile({ name: "right", from: first, to: second, gitRef }));
    await watcher.hook("_fleet");
    await eventually(async () => (await world.tipOf("shop"))?.tagObject === second);
    expect((await world.tipOf("shop"))?.acceptedBy).toBe("right");
  });

  test("with a file that is too large is followed, and the file is known by its size", async () => {
    await using world = await watchGit();
    await world.pushFleet(repositories(world.shopUrl));
    const tip = await world.shop.commit({ "large.bin": "x".repeat(11_000_000), "small.yaml": "a: b\n" });
    await world.shop.push();
    const watcher = await world.watch();
    await world.observed("shop", tip);
    const oid = async (path: string): Promise<string> => world.shop.git("rev-parse", `HEAD:${path}`);
    expect(await world.artifacts.omitted(`git.${await oid("large.bin")}`)).toBe(11_000_000);
    expect(await world.artifacts.has(`git.${await oid("small.yaml")}`)).toBe(true);
    const next = await world.shop.commit({ "small.yaml": "a: c\n" });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", next);
  });
});
