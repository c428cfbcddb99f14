import { readDeclarationSet } from "@evenkeel/declarations";
import { systemClock } from "@evenkeel/machine";
import { silentTelemetry } from "@evenkeel/telemetry";
import { describe, expect, test } from "vitest";

import { fleetFiles, repositoryText } from "../story/fleet-files.fixture.ts";
import { anyBody, openArtifacts } from "@evenkeel/artifacts";
import { nothingSwept, sweepObjects } from "./sweep-objects.ts";
import { gitKeys, watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

const treeKeys = async (world: WatchedGit): Promise<readonly string[]> =>
  (await world.shop.git("ls-tree", "-r", "-t", "--object-only", "HEAD"))
    .trim()
    .split("\n")
    .map((oid) => `git.${oid}`);

/** A sweep as the holder of shard 0 makes it. */
const sweeper = async (world: WatchedGit) => {
  const bus = await world.as("source-watcher");
  const deps = { bus, artifacts: openArtifacts(bus), clock: systemClock, telemetry: silentTelemetry() };
  let before = nothingSwept;
  return async (): Promise<void> => {
    const digest = (await world.tipOf("_fleet"))?.declarationsDigest.replace("sha256:", "declarations.") ?? "";
    const set = readDeclarationSet((await openArtifacts(bus, { memoryBytes: 1 }).get(digest))!);
    before = await sweepObjects(deps, set, before, AbortSignal.timeout(20_000));
  };
};

describe("content that nothing points to", { timeout: 60_000 }, () => {
  test("goes at the second sweep, and what runs stays whole", async () => {
    await using world = await watchGit();
    await world.shop.commit({ "web/app.yaml": "a: 1\n", "web/gone.yaml": "gone: 1\n" });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const old = await treeKeys(world);
    const next = await world.shop.commit({ "web/app.yaml": "a: 2\n", "web/gone.yaml": null });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", next);
    const now = await treeKeys(world);
    const sweep = await sweeper(world);
    await sweep();
    expect(await gitKeys(world)).toEqual(expect.arrayContaining([...old, ...now]));
    await sweep();
    const kept = new Set(await gitKeys(world));
    expect(now.filter((key) => !kept.has(key))).toEqual([]);
    expect(old.filter((key) => !now.includes(key) && kept.has(key))).toEqual([]);
  });

  test("goes with the Repository that it is of, and comes back with it", async () => {
    await using world = await watchGit();
    const other = await world.git.create("other");
    await world.shop.push({ remote: other.url });
    await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push({ remote: world.shopUrl });
    await world.pushFleet({ ...fleetFiles(world), "other.yaml": repositoryText("other", other.url) });
    const watcher = await world.watch();
    await Promise.all([
      world.observed("shop", await world.shop.head()),
      world.observed("_fleet", await world.fleet.head()),
    ]);
    const shop = await treeKeys(world);
    const { "applications.yaml": apps, ...rest } = fleetFiles(world);
    await world.pushFleet({
      ...Object.fromEntries(Object.keys(rest).map((file) => [file, null])),
      "applications.yaml": null,
    });
    await watcher.hook("_fleet");
    await world.observed("_fleet", await world.fleet.head());
    const sweep = await sweeper(world);
    await sweep();
    await sweep();
    const left = new Set(await gitKeys(world));
    expect(shop.filter((key) => left.has(key))).toEqual([]);
    await world.pushFleet({ ...rest, "applications.yaml": apps });
    await watcher.hook("_fleet");
    await expect.poll(() => gitKeys(world), { timeout: 20_000 }).toEqual(expect.arrayContaining([...shop]));
  });

  test("stays where it was put again since the sweep before", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    await world.watch();
    await world.observed("shop", await world.shop.head());
    const bus = await world.as("source-watcher");
    const body = new TextEncoder().encode("not yet pointed to");
    const key = `git.${"0".repeat(40)}`;
    const put = (): Promise<number> => bus.ownState(anyBody).put({ key }, body);
    await put();
    const sweep = await sweeper(world);
    await sweep();
    await put();
    await sweep();
    expect(await gitKeys(world)).toContain(key);
    await sweep();
    expect(await gitKeys(world)).not.toContain(key);
  });
});
