import { takeSeq } from "@evenkeel/bus";
import { describe, expect, test } from "vitest";

import { clusterFile, tellAnchors } from "../story/anchors-told.fixture.ts";
import { fleetFiles } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

describe("a fleet that a lost bus takes on first sight", { timeout: 180_000 }, () => {
  const lineage = "a".repeat(40);
  /** Declares, and rewrites what was declared: the tip that a cluster was given, and the one that is offered. */
  const rewriteFleet = async (world: WatchedGit) => {
    const base = await world.fleet.head();
    const given = await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    await world.fleet.reset(base);
    const offered = await world.fleet.commit({ ...fleetFiles(world, "report"), ...clusterFile("prod") });
    await world.fleet.push({ force: true });
    return { given, offered };
  };
  const held = async (world: WatchedGit, given: string, offered: string) => {
    const { hold } = await world.condition("_fleet", (condition) => condition.hold !== undefined);
    expect(hold).toMatchObject({
      accepted: given,
      candidate: offered,
      reason: {
        code: "HistoryRewritten",
        remedy: `push a descendant of ${given.slice(0, 12)}, or set EVENKEEL_FLEET_ACCEPTED_TIP to ${offered}`,
      },
    });
    const shop = await world.condition("shop", (condition) => condition.hold?.reason?.code === "HistoryRewritten");
    expect(shop.hold?.reason).toMatchObject({
      message: expect.stringMatching(`the fleet is not known to go on from ${given.slice(0, 12)}`),
      remedy: "it goes on by itself once the hold of _fleet has ended",
    });
    expect(world.commits("shop")).toEqual([]);
  };

  test("names the clusters to ask, and numbers nothing while it does not go on from what they were given", async () => {
    await using world = await watchGit();
    const { given, offered } = await rewriteFleet(world);
    const watcher = await world.watch();
    await world.observed("_fleet", offered);
    await tellAnchors(world, "prod", 40n, { source: "_fleet", lineage, tip: given });
    await held(world, given, offered);
    await world.fleet.reset(given);
    const descendant = await world.fleet.commit({ "more.yaml": "" });
    await world.fleet.push({ force: true });
    await watcher.hook("_fleet");
    const fleet = await world.observed("_fleet", descendant);
    expect(fleet.lineage?.follows).toContain(lineage);
    await world.observed("shop", await world.shop.head());
    await world.condition("_fleet", (condition) => condition.hold === undefined && condition.error === undefined);
  });

  test("is let in where the start option names it", async () => {
    await using world = await watchGit();
    const { given, offered } = await rewriteFleet(world);
    const watcher = await world.watch();
    await world.observed("_fleet", offered);
    await tellAnchors(world, "prod", 40n, { source: "_fleet", lineage, tip: given });
    await held(world, given, offered);
    await watcher.stop();
    await world.watch({ fleet: { ...world.fleetConfig, acceptedTip: offered } });
    await world.observed("shop", await world.shop.head());
    expect((await world.tipOf("_fleet"))?.lineage?.follows).toContain(lineage);
    await world.condition("_fleet", (condition) => condition.hold === undefined && condition.error === undefined);
  });

  test("is held as well where it is back at its very first tip, and numbers have gone on above the cluster's", async () => {
    await using world = await watchGit();
    const first = await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod", "edge") });
    const given = await world.pushFleet({ "more.yaml": "" });
    await world.fleet.reset(first);
    await world.fleet.push({ force: true });
    await world.watch();
    await world.observed("_fleet", first);
    await tellAnchors(world, "edge", 90n);
    await expect.poll(() => world.commits("_fleet").at(-1)?.[0], { timeout: 20_000 }).toBeGreaterThan(90);
    await tellAnchors(world, "prod", 40n, { source: "_fleet", lineage: first, tip: given });
    await held(world, given, first);
  });

  test("goes on from what was given without anybody's help, and its sources with it", async () => {
    await using world = await watchGit();
    const given = await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const next = await world.pushFleet({ "more.yaml": "" });
    await world.watch();
    await world.observed("_fleet", next);
    await tellAnchors(world, "prod", 40n, { source: "_fleet", lineage, tip: given });
    await world.observed("shop", await world.shop.head());
    expect((await world.tipOf("_fleet"))?.lineage?.follows).toContain(lineage);
    const isHeld = ({ fact }: { readonly fact: object }): boolean => "hold" in fact && fact.hold !== undefined;
    expect(world.facts.filter(isHeld)).toEqual([]);
  });
});

describe("a fleet whose tip and what was told of it are both older", { timeout: 180_000 }, () => {
  /** Puts back the tip of before the last declaration, and offers another one beside it. */
  const putBackAndRewrite = async (world: WatchedGit, ...clusters: readonly string[]) => {
    const old = await world.pushFleet({ ...fleetFiles(world), ...clusterFile(...clusters) });
    const watcher = await world.watch();
    for (const cluster of clusters) await tellAnchors(world, cluster, 3n);
    await world.observed("_fleet", old);
    const putBack = await world.backUpTip("_fleet");
    const given = await world.pushFleet({ "more.yaml": "" });
    await watcher.hook("_fleet");
    const told = await world.observed("_fleet", given);
    await watcher.stop();
    await putBack();
    for (const stream of ["COMMITS", "ANCHORS"]) await world.remakeStream(stream);
    await world.fleet.reset(old);
    const offered = await world.fleet.commit({ "other.yaml": "" });
    await world.fleet.push({ force: true });
    for (let n = 0; n < 4; n += 1) await takeSeq(await world.as("source-watcher"), new AbortController().signal);
    const statement = { source: "_fleet", lineage: told.lineage?.lineage ?? "", tip: given };
    return { given, offered, seq: told.seq, statement };
  };

  test("is not followed where it was rewritten since, whichever of its clusters knows", async () => {
    await using world = await watchGit();
    const { given, offered, seq, statement } = await putBackAndRewrite(world, "edge", "prod");
    await tellAnchors(world, "prod", seq, statement);
    await world.watch();
    const { hold } = await world.condition("_fleet", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
    expect(hold).toMatchObject({ accepted: given, candidate: offered });
    expect(world.commits("_fleet").map(([, revision]) => revision)).not.toContain(offered);
  });

  test("goes on without a cluster that nobody answers for, and can let go of it", async () => {
    await using world = await watchGit();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("gone") });
    const watcher = await world.watch();
    await world.observed("_fleet", await world.fleet.head());
    await watcher.stop();
    await world.pushFleet({ "clusters.yaml": null });
    await world.watch();
    await world.observed("_fleet", await world.fleet.head());
    await world.observed("shop", await world.shop.head());
  });
});
