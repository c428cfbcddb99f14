import { flows } from "@evenkeel/contracts";
import type { CommitObserved } from "@evenkeel/contracts";
import { takeSeq } from "@evenkeel/bus";
import { describe, expect, test } from "vitest";

import { cannotRead, clusterFile, rewrite, say, tellAnchors } from "../story/anchors-told.fixture.ts";
import { fleetFiles, overrideFile } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { RunningWatcher, WatchedGit } from "../story/watched-git.fixture.ts";

/** Puts the tip of shop back to before what was told last, with these streams lost, and rewrites that; numbers go on above it. */
const rewriteBesideOldTip = async (world: WatchedGit, ...lost: readonly string[]) => {
  await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
  const watcher = await world.watch();
  await tellAnchors(world, "prod", 3n);
  const old = await world.shop.head();
  await world.observed("shop", old);
  const putBack = await world.backUpTip("shop");
  const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
  await world.shop.push();
  await watcher.hook("shop");
  const told = await world.observed("shop", given);
  await watcher.stop();
  await putBack();
  for (const stream of lost) await world.remakeStream(stream);
  await world.shop.reset(old);
  const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
  await world.shop.push({ force: true });
  for (let n = 0; n < 4; n += 1) await takeSeq(await world.as("source-watcher"), new AbortController().signal);
  return { given, rewritten, told };
};
const isHeld = async (world: WatchedGit, { given, rewritten }: Awaited<ReturnType<typeof rewrite>>): Promise<void> => {
  const { hold } = await world.condition("shop", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
  expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
  expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(rewritten);
};
/** A descendant of what was given ends the hold, in the same lineage. */
const goesOn = async (
  world: WatchedGit,
  watcher: RunningWatcher,
  given: string,
  told: CommitObserved,
): Promise<void> => {
  await world.shop.reset(given);
  const next = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
  await world.shop.push({ force: true });
  await watcher.hook("shop");
  const after = await world.observed("shop", next);
  expect(after.seq).toBeGreaterThan(told.seq);
  expect(after.lineage?.lineage).toBe(told.lineage?.lineage);
};

describe("a bus that knows nothing of a source", { timeout: 180_000 }, () => {
  test("numbers nothing of it before its clusters have said what they were given, and then above that", async () => {
    await using world = await watchGit();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod", "edge") });
    await world.watch();
    await world.observed("_fleet", await world.fleet.head());
    await tellAnchors(world, "prod", 40n);
    const hold = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold.hold?.reason).toMatchObject({
      code: "ApiUnavailable",
      message: expect.stringMatching(/cluster edge \(no applier has answered\) is not known/),
    });
    expect(world.commits("shop")).toEqual([]);
    await tellAnchors(world, "edge", 57n);
    const first = await world.observed("shop", await world.shop.head());
    expect(first.seq).toBeGreaterThan(57n);
    await world.condition("shop", (condition) => condition.hold === undefined);
  });

  test("holds it with the reason while a cluster cannot be read, and until the fleet lets go of that cluster", async () => {
    await using world = await watchGit();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const watcher = await world.watch();
    await cannotRead(world, "prod");
    const { hold } = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold?.reason?.message).toMatch(/prod \(cluster prod does not answer\)/);
    expect(world.commits("shop")).toEqual([]);
    await world.pushFleet({ "clusters.yaml": null });
    await watcher.hook("_fleet");
    await world.observed("shop", await world.shop.head());
  });

  test("does not follow a rewrite of what a cluster was given, until an Override names both commits", async () => {
    await using world = await watchGit();
    const { given, rewritten } = await rewrite(world);
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const watcher = await world.watch();
    await tellAnchors(world, "prod", 40n, { lineage: "a".repeat(40), tip: given });
    const { hold } = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten, reason: { code: "HistoryRewritten" } });
    expect(world.commits("shop")).toEqual([]);
    await world.pushFleet(overrideFile({ from: given, to: rewritten }));
    await watcher.hook("_fleet");
    const { lineage } = await world.observed("shop", rewritten);
    expect(lineage).toMatchObject({ lineage: rewritten, follows: ["a".repeat(40)] });
  });

  test("takes no word for an answer that is older than its question", async () => {
    await using world = await watchGit();
    const { given, rewritten } = await rewrite(world);
    await say(world, { cluster: "prod", seq: 3n }, "");
    await say(world, { cluster: "edge", seq: 3n }, "a question of another time");
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod", "edge") });
    await world.watch();
    const waits = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(waits.hold?.reason?.message).toMatch(
      /prod \(no applier has answered\).*edge \(no applier has answered\)|edge \(no applier has answered\).*prod \(no applier has answered\)/,
    );
    expect(world.commits("shop")).toEqual([]);
    await tellAnchors(world, "prod", 40n, { lineage: "a".repeat(40), tip: given });
    await tellAnchors(world, "edge", 3n);
    const { hold } = await world.condition("shop", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
    expect(world.commits("shop")).toEqual([]);
  });

  test("asks again where the bus has lost its question", async () => {
    await using world = await watchGit();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    await world.watch();
    await world.condition("shop", (condition) => condition.hold !== undefined);
    const first = await (await world.as("applier")).readLast(flows.anchorsAsked, { cluster: "prod" });
    await world.remakeStream("ANCHORS");
    await expect
      .poll(async () => (await (await world.as("applier")).readLast(flows.anchorsAsked, { cluster: "prod" }))?.fact, {
        timeout: 30_000,
      })
      .toMatchObject({ question: expect.not.stringMatching(first?.fact.question ?? "") });
    await tellAnchors(world, "prod", 40n);
    await world.observed("shop", await world.shop.head());
  });

  test("does not follow a rewrite of what the bus itself last told, though no cluster was given it", async () => {
    await using world = await watchGit();
    const base = await world.shop.head();
    const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const watcher = await world.watch();
    await tellAnchors(world, "prod", 3n);
    const told = await world.observed("shop", given);
    // Stopped: a look between the loss and the push would take the told tip again, and its hold would stay.
    await watcher.stop();
    await world.remakeStream("KV_tips");
    await world.shop.reset(base);
    const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push({ force: true });
    const again = await world.watch();
    await tellAnchors(world, "prod", 3n);
    await isHeld(world, { given, rewritten });
    await goesOn(world, again, given, told);
  });

  test("does not follow a rewrite of what was told after its tip was backed up, though numbers are above that", async () => {
    await using world = await watchGit();
    const { given, rewritten, told } = await rewriteBesideOldTip(world);
    const again = await world.watch();
    await isHeld(world, { given, rewritten });
    await goesOn(world, again, given, told);
  });

  test("does not follow a rewrite of what clusters were given where its tip and what was told of it are both older", async () => {
    await using world = await watchGit();
    const { given, rewritten, told } = await rewriteBesideOldTip(world, "COMMITS");
    await tellAnchors(world, "prod", told.seq, { lineage: told.lineage?.lineage ?? "", tip: given });
    await world.watch();
    await isHeld(world, { given, rewritten });
  });

  test("takes the rewrite that was accepted after its tip was backed up for what it is", async () => {
    await using world = await watchGit();
    const old = await world.shop.head();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const watcher = await world.watch();
    await tellAnchors(world, "prod", 3n);
    const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", given);
    const putBack = await world.backUpTip("shop");
    await world.shop.reset(old);
    const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.pushFleet(overrideFile({ from: given, to: rewritten }));
    await watcher.hook("_fleet");
    await world.observed("shop", rewritten);
    await watcher.stop();
    await putBack();
    const next = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
    await world.shop.push();
    await world.watch();
    const { lineage } = await world.observed("shop", next);
    expect(lineage?.lineage).toBe(rewritten);
  });

  test("does not follow a branch that was moved back to its very first commit", async () => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push();
    await world.shop.reset("HEAD~1");
    await world.shop.push({ force: true });
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod") });
    const watcher = await world.watch();
    await tellAnchors(world, "prod", 40n, { lineage: first, tip: given });
    const { hold } = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold).toMatchObject({ accepted: given, candidate: first });
    expect(world.commits("shop")).toEqual([]);
    // Let in, it begins a lineage of its own, and is numbered once.
    await world.pushFleet(overrideFile({ from: given, to: first }));
    await watcher.hook("_fleet");
    const { lineage } = await world.observed("shop", first);
    expect(lineage).toMatchObject({ follows: [first] });
    expect(lineage?.lineage).not.toBe(first);
    await world.condition("shop", (condition) => condition.hold === undefined);
    const next = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.observed("shop", next);
    expect(world.commits("shop").map(([, revision]) => revision)).toEqual([first, next]);
  });

  test("goes on as the lineage that a cluster was given where the tip descends from it", async () => {
    await using world = await watchGit();
    const given = await world.shop.head();
    const next = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push();
    await world.pushFleet({ ...fleetFiles(world), ...clusterFile("prod", "edge") });
    await world.watch();
    await tellAnchors(world, "prod", 40n, { lineage: "a".repeat(40), tip: given });
    await tellAnchors(world, "edge", 30n, { lineage: "b".repeat(40), tip: given });
    const { lineage } = await world.observed("shop", next);
    expect(lineage).toMatchObject({ lineage: "a".repeat(40), follows: ["b".repeat(40)] });
  });
});
