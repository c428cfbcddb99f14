import { AnchorsRead, ApplyFinished, ApplyResult, flows } from "@evenkeel/contracts";
import type { AnchorsAsked, LineageStatement } from "@evenkeel/contracts";
import { takeSeq } from "@evenkeel/bus";
import type { Delivery } from "@evenkeel/bus";
import { describe, expect, test } from "vitest";

import { fleetFiles, overrideFile } from "./fleet-files.fixture.ts";
import { watchGit } from "./watched-git.fixture.ts";
import type { WatchedGit } from "./watched-git.fixture.ts";

const clusterFile = (...names: readonly string[]) => ({
  "clusters.yaml": names
    .map(
      (name) =>
        `apiVersion: evenkeel.dev/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}}\nspec: {connection: {inCluster: {}}}\n`,
    )
    .join("---\n"),
});

type Statement = Partial<Omit<LineageStatement, "signature">>;

type Word = Pick<AnchorsRead, "cluster"> & Parameters<typeof AnchorsRead.fromPartial>[0];
const words = new WeakMap<WatchedGit, Map<string, Word>>();

const say = async (world: WatchedGit, word: Word, asked: string): Promise<void> => {
  const fact = AnchorsRead.fromPartial({ parts: 1, ...word, asked, cause: `${word.cluster} ${word.seq} ${asked}` });
  await (await world.as("applier")).publish(flows.anchorsRead, fact);
};
/** As an applier does: answers each question about a cluster, with what was last to be told of it. */
const answer = async (world: WatchedGit, word: Word): Promise<void> => {
  const { cluster } = word;
  const answered = words.get(world);
  if (answered !== undefined) {
    answered.set(cluster, word);
    const asked = await (await world.as("applier")).readLast(flows.anchorsAsked, { cluster });
    return asked && say(world, word, asked.fact.question);
  }
  const mine = new Map([[cluster, word]]);
  words.set(world, mine);
  const onEntry = ({ fact, type }: Delivery<unknown>): void => {
    if (type !== flows.anchorsAsked.type) return;
    const { cluster: of, question } = fact as AnchorsAsked;
    const now = mine.get(of);
    if (now !== undefined) void say(world, now, question);
  };
  await (await world.as("applier")).view("ANCHORS", "anchors.>", { onEntry }, new AbortController().signal);
};
/** As an applier tells what it read on a cluster. */
const tellAnchors = async (world: WatchedGit, cluster: string, seq: bigint, ...lineages: readonly Statement[]) => {
  const statements = lineages.map((each) => ({ source: "shop", gitRef: "refs/heads/main", seq, ...each }));
  await answer(world, { cluster, seq, lineages: statements });
};
const cannotRead = async (world: WatchedGit, cluster: string) => {
  const unread = { code: "ApiUnavailable", message: `cluster ${cluster} does not answer`, remedy: "look at it" };
  await answer(world, { cluster, unread });
};
const rewrite = async (world: WatchedGit): Promise<{ readonly given: string; readonly rewritten: string }> => {
  const given = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
  await world.shop.push();
  await world.shop.reset("HEAD~1");
  const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
  await world.shop.push({ force: true });
  return { given, rewritten };
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
    const { hold } = await world.condition("shop", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
    expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(rewritten);
    await world.shop.reset(given);
    const next = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
    await world.shop.push({ force: true });
    await again.hook("shop");
    const after = await world.observed("shop", next);
    expect(after.seq).toBeGreaterThan(told.seq);
    expect(after.lineage?.lineage).toBe(told.lineage?.lineage);
  });

  test("does not follow a rewrite of what was told after its tip was backed up, though numbers are above that", async () => {
    await using world = await watchGit();
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
    await world.shop.reset(old);
    const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push({ force: true });
    for (let n = 0; n < 4; n += 1) await takeSeq(await world.as("source-watcher"), new AbortController().signal);
    const again = await world.watch();
    const { hold } = await world.condition("shop", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
    expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(rewritten);
    await world.shop.reset(given);
    const next = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
    await world.shop.push({ force: true });
    await again.hook("shop");
    const after = await world.observed("shop", next);
    expect(after.seq).toBeGreaterThan(told.seq);
    expect(after.lineage?.lineage).toBe(told.lineage?.lineage);
  });

  test("does not follow a rewrite of what clusters were given where its tip and what was told of it are both older", async () => {
    await using world = await watchGit();
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
    await world.remakeStream("COMMITS");
    await world.shop.reset(old);
    const rewritten = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push({ force: true });
    for (let n = 0; n < 4; n += 1) await takeSeq(await world.as("source-watcher"), new AbortController().signal);
    await tellAnchors(world, "prod", told.seq, { lineage: told.lineage?.lineage ?? "", tip: given });
    await world.watch();
    const { hold } = await world.condition("shop", ({ hold: now }) => now?.reason?.code === "HistoryRewritten");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
    expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(rewritten);
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
    await world.watch();
    await tellAnchors(world, "prod", 40n, { lineage: first, tip: given });
    const { hold } = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold).toMatchObject({ accepted: given, candidate: first });
    expect(world.commits("shop")).toEqual([]);
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

describe("a cluster that is heard of late", { timeout: 180_000 }, () => {
  const behind = async (world: WatchedGit, lineage: Statement, anchoredSeq: bigint) => {
    const version = { fleet: 90n, selection: 90n, sources: [{ source: "shop", seq: 91n }], tools: 1n };
    const anchored = { ...version, fleet: 4n, selection: 4n, sources: [{ source: "shop", seq: anchoredSeq }] };
    const fact = ApplyFinished.fromPartial({
      unit: { cluster: "prod", app: "web", appUid: "u" },
      version,
      anchored,
      anchoredLineage: { source: "shop", gitRef: "refs/heads/main", seq: anchoredSeq, ...lineage },
      result: ApplyResult.SEQ_BEHIND,
      cause: "behind",
    });
    await (await world.as("applier")).publish(flows.applyFinished, fact);
  };

  test("holds an accepted tip that does not descend from what it was given, whatever the numbers say", async () => {
    await using world = await watchGit();
    const { given, rewritten } = await rewrite(world);
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", rewritten);
    await behind(world, { lineage: "a".repeat(40), tip: given }, 5n);
    const { hold } = await world.condition("shop", (condition) => condition.hold !== undefined);
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten });
    await world.pushFleet(overrideFile({ from: given, to: rewritten }));
    await watcher.hook("_fleet");
    // A condition that ended before the hold would tell nothing: the tip is told again under another lineage.
    await expect.poll(() => world.commits("shop").length, { timeout: 20_000 }).toBe(2);
    await world.condition("shop", (condition) => condition.hold === undefined && condition.error === undefined);
    expect((await world.tipOf("shop"))?.lineage?.follows).toContain("a".repeat(40));
  });

  test("makes an accepted tip name its lineage once it is proved to descend from it", async () => {
    await using world = await watchGit();
    const given = await world.shop.head();
    await world.pushFleet(fleetFiles(world));
    await world.watch();
    const before = await world.observed("shop", given);
    await behind(world, { lineage: "a".repeat(40), tip: given }, 5n);
    await expect.poll(() => world.commits("shop").length, { timeout: 20_000 }).toBe(2);
    const after = await world.tipOf("shop");
    expect(after?.lineage).toMatchObject({ lineage: before.lineage?.lineage, follows: ["a".repeat(40)] });
  });
});
