import { flows } from "@evenkeel/contracts";
import { takeSeq } from "@evenkeel/bus";
import { describe, expect, test } from "vitest";

import { cannotRead, clusterFile, readableOnceAsked, tellAnchors } from "../story/anchors-told.fixture.ts";
import { fleetFiles, overrideFile } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

/**
 * A tip and what was told of it come out of a backup, while its branch was moved back to between that tip and what prod was
 * given. Prod cannot be read when this bus goes on, so what the branch offers is taken.
 */
const goOnWithoutProd = async (world: WatchedGit) => {
  await world.pushFleet({ ...fleetFiles(world), ...clusterFile("edge", "prod") });
  const watcher = await world.watch();
  for (const cluster of ["edge", "prod"]) await tellAnchors(world, cluster, 3n);
  const old = await world.shop.head();
  await world.observed("shop", old);
  const putBack = await world.backUpTip("shop");
  const between = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
  const given = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
  await world.shop.push();
  await watcher.hook("shop");
  const told = await world.observed("shop", given);
  await watcher.stop();
  await putBack();
  await world.remakeStream("COMMITS");
  await world.shop.reset(between);
  await world.shop.push({ force: true });
  for (let n = 0; n < 4; n += 1) await takeSeq(await world.as("source-watcher"), new AbortController().signal);
  await cannotRead(world, "prod");
  const again = await world.watch();
  const { seq, lineage } = await world.observed("shop", between);
  expect(seq).toBeGreaterThan(told.seq);
  expect(lineage?.lineage).toBe(told.lineage?.lineage);
  const statement = { lineage: told.lineage?.lineage ?? "", tip: given, seq: told.seq };
  return { watcher: again, old, between, given, told, statement };
};
const pushOn = async (world: WatchedGit): Promise<string> => {
  const next = await world.shop.commit({ "web/app.yaml": "a: rewritten\n" });
  await world.shop.push({ force: true });
  return next;
};
const isHeld = async (world: WatchedGit, given: string, candidate: string): Promise<void> => {
  const { hold } = await world.condition(
    "shop",
    ({ hold: now }) => now?.reason?.code === "HistoryRewritten" && now.candidate === candidate,
  );
  expect(hold).toMatchObject({ accepted: given, candidate });
  expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(candidate);
};
const questionsAbout = async (world: WatchedGit, cluster: string): Promise<number> => {
  const bus = await world.as("applier");
  let count = 0;
  for await (const { fact } of bus.readAll(flows.anchorsAsked, { cluster }, 1, new AbortController().signal))
    count += fact.cluster === cluster ? 1 : 0;
  return count;
};

describe("a cluster that could not be read when its source went on from a stored tip", { timeout: 180_000 }, () => {
  test("is asked again before the next tip, and holds what does not go on from what it was given", async () => {
    await using world = await watchGit();
    const { watcher, given, told, statement } = await goOnWithoutProd(world);
    await readableOnceAsked(world, "prod", told.seq, statement);
    const next = await pushOn(world);
    await watcher.hook("shop");
    await isHeld(world, given, next);
    // An Override that names both lets it in, once.
    await world.pushFleet(overrideFile({ from: given, to: next }));
    await watcher.hook("_fleet");
    const { lineage, seq } = await world.observed("shop", next);
    expect(lineage?.follows).toContain(statement.lineage);
    await watcher.hook("shop");
    const last = await pushOn(world);
    await watcher.hook("shop");
    const after = await world.observed("shop", last);
    expect(after.lineage?.lineage).toBe(lineage?.lineage);
    expect(world.commits("shop").filter(([, revision]) => revision === next)).toHaveLength(1);
    expect(after.seq).toBeGreaterThan(seq);
  });

  test("is heard by the next owner too, whatever number the tip has by then", async () => {
    await using world = await watchGit();
    const { watcher, given, told, statement } = await goOnWithoutProd(world);
    await watcher.stop();
    await tellAnchors(world, "prod", told.seq, statement);
    const next = await pushOn(world);
    await world.watch();
    await isHeld(world, given, next);
  });

  test("says of the tip that was taken meanwhile that it does not go on, until an Override lets it in, once", async () => {
    await using world = await watchGit();
    const { watcher, between, given, told, statement } = await goOnWithoutProd(world);
    const taken = world.commits("shop").length;
    await tellAnchors(world, "prod", told.seq, statement);
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold?.accepted === given && hold.candidate === between);
    await world.pushFleet(overrideFile({ from: given, to: between }));
    await watcher.hook("_fleet");
    await expect.poll(() => world.commits("shop").length, { timeout: 20_000 }).toBe(taken + 1);
    expect((await world.tipOf("shop"))?.lineage?.follows).toContain(statement.lineage);
    const next = await pushOn(world);
    await watcher.hook("shop");
    await world.observed("shop", next);
    expect(world.commits("shop")).toHaveLength(taken + 2);
  });

  test("holds nothing as long as it cannot be read, nor once it is known to have been given what came before", async () => {
    await using world = await watchGit();
    const { watcher, old, told, statement } = await goOnWithoutProd(world);
    const second = await pushOn(world);
    await watcher.hook("shop");
    await world.observed("shop", second);
    await readableOnceAsked(world, "prod", told.seq, { ...statement, tip: old });
    const third = await pushOn(world);
    await watcher.hook("shop");
    await world.observed("shop", third);
    const asked = await questionsAbout(world, "prod");
    const fourth = await pushOn(world);
    await watcher.hook("shop");
    await world.observed("shop", fourth);
    expect(await questionsAbout(world, "prod")).toBe(asked);
  });
});
