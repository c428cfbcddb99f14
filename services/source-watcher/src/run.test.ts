import { anyBody, declarationSet, gitObject } from "@evenkeel/artifacts";
import { readDeclarationSet } from "@evenkeel/declarations";
import { buckets, ApplyFinished, ApplyResult, flows, lineageText } from "@evenkeel/contracts";
import { eventually, runGit } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { fleetFiles, overrideFile } from "./story/fleet-files.fixture.ts";
import { watchGit } from "./story/watched-git.fixture.ts";

describe("source-watcher on a real nats-server and a real Git server", { timeout: 60_000 }, () => {
  test("tells of the fleet and of what it declares, after their content is stored", async () => {
    await using world = await watchGit();
    const fleetTip = await world.pushFleet(fleetFiles(world));
    const shopTip = await world.shop.commit({ "web/app.yaml": "a: 1\n" }, "Add web");
    await world.shop.push();
    const { telemetry } = await world.watch();
    const fleet = await world.observed("_fleet", fleetTip);
    const shop = await world.observed("shop", shopTip);
    expect([fleet.seq, shop.seq]).toEqual([1n, 2n]);
    expect(shop).toMatchObject({ gitRef: "refs/heads/main", url: world.shopUrl, subject: "Add web", previous: "" });

    const { artifacts } = world;
    const signal = AbortSignal.timeout(5000);
    const set = readDeclarationSet(
      (await artifacts.get(fleet.declarationsDigest.replace("sha256:", "declarations."), signal))!,
    );
    expect(set.applications[0]).toMatchObject({ metadata: { name: "web" }, changedAt: 1, selectedAt: 1 });
    expect(Buffer.from((await artifacts.get(`git.${shop.tree}`, signal))!).toString("latin1")).toContain("40000 web\0");

    const bus = await world.as("status-api");
    const { lineage } = shop;
    expect(lineage).toMatchObject({ source: "shop", lineage: shopTip, tip: shopTip, seq: 2n });
    expect(bus.verify(lineageText(lineage!), lineage!.signature, "source-watcher")).toBe(true);
    const root = telemetry.spans.find(
      ({ name, attributes }) => name === "fetch" && attributes["vcs.ref.head.revision"] === shopTip,
    );
    expect(root?.spanContext().traceId).toBe(shop.traceId);
  });

  test("a signed webhook makes it look at once; what is not signed changes nothing", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const tip = await world.shop.commit({ "web/app.yaml": "a: 2\n" });
    await world.shop.push();
    const before = world.git.requests.length;
    expect(await watcher.hook("shop", "wrong")).toBe(401);
    expect(await watcher.hook("unknown")).toBe(401);
    expect(world.git.requests.length).toBe(before);
    const large = { method: "POST", body: "x".repeat(1024 * 1024 + 1) };
    expect((await fetch(`http://${watcher.webhooks}/hooks/shop`, large)).status).toBe(413);
    expect(await watcher.hook("shop")).toBe(202);
    const fact = await world.observed("shop", tip);
    expect(fact.previous).not.toBe("");
    const second = await world.shop.commit({ "web/app.yaml": "a: 3\n" });
    const third = await world.shop.commit({ "web/app.yaml": "a: 4\n" });
    await world.shop.push();
    await watcher.hook("shop");
    expect(await world.observed("shop", third)).toMatchObject({ previous: tip, supersededCount: 1 });
    expect(world.commits("shop").map(([, revision]) => revision)).not.toContain(second);
  });

  test("holds a rewritten history until an Override names both commits, once", async () => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const accepted = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    let watcher = await world.watch();
    await world.observed("shop", accepted);
    await world.shop.reset(first);
    const rewritten = await world.shop.commit({ a: "rewritten" });
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    const held = await world.condition("shop", ({ hold }) => hold !== undefined);
    expect(held.hold).toMatchObject({ accepted, candidate: rewritten, reason: { code: "HistoryRewritten" } });

    await watcher.stop(); // a hold outlives the process, and the way back does not end it
    await world.shop.reset(accepted);
    const descendant = await world.shop.commit({ a: "2" });
    await world.shop.push({ force: true });
    watcher = await world.watch();
    await world.condition("shop", ({ hold }) => hold?.candidate === descendant);
    expect(world.commits("shop").map(([, revision]) => revision)).toEqual([accepted]);

    await world.shop.reset(rewritten);
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold?.candidate === rewritten);
    await world.pushFleet(overrideFile({ from: accepted, to: rewritten }));
    await watcher.hook("_fleet");
    const lifted = await world.observed("shop", rewritten);
    expect(lifted.lineage).toMatchObject({ lineage: rewritten });
    await world.condition("shop", ({ hold, error }) => hold === undefined && error === undefined);
    const bus = await world.as("renderer");
    expect((await bus.state(buckets.tip).get({ source: "shop" }))?.value?.acceptedBy).toBe("rewrite");

    // Back by another Override, and then the first one again: it was used up.
    await world.shop.reset(accepted);
    await world.shop.push({ force: true });
    await world.pushFleet(overrideFile({ from: rewritten, to: accepted, name: "back" }));
    await watcher.hook("_fleet");
    await eventually(
      async () =>
        (await bus.state(buckets.tip).get({ source: "shop" }))?.value?.acceptedBy === "back" ||
        void (await watcher.hook("shop")) ||
        false,
    );
    await world.shop.reset(rewritten);
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.condition(
      "shop",
      ({ hold }) => hold?.accepted === accepted && hold.candidate === rewritten && hold.since! > held.hold!.since!,
    );
    expect((await bus.state(buckets.tip).get({ source: "shop" }))?.value?.revision).toBe(accepted);
  });

  test.each([
    ["at the accepted tip", false],
    ["beyond the accepted tip", true],
  ])("a branch that was rewritten and is back (%s) says so, and the remedy ends that", async (_, isBeyond) => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const accepted = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", accepted);
    await world.shop.reset(first);
    const rewritten = await world.shop.commit({ a: "rewritten" });
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold?.candidate === rewritten);
    await world.shop.reset(accepted);
    const back = isBeyond ? await world.shop.commit({ a: "2" }) : accepted;
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    const { hold } = await world.condition("shop", (condition) => condition.hold?.candidate === back);
    expect(hold?.reason?.message).toMatch(
      new RegExp(`was rewritten from ${accepted.slice(0, 12)} to ${rewritten.slice(0, 12)} at .* and is back`),
    );
    const [, from = "", to = ""] = /acceptRewrite from (\w+) to (\w+)/.exec(hold?.reason?.remedy ?? "") ?? [];
    expect([from, to]).toEqual([accepted, rewritten]);
    await world.pushFleet(overrideFile({ from, to }));
    await watcher.hook("_fleet");
    await eventually(async () => {
      await watcher.hook("shop");
      await world.condition("shop", (condition) => condition.hold === undefined);
    });
    if (isBeyond) await world.observed("shop", back);
    const bus = await world.as("renderer");
    expect((await bus.state(buckets.tip).get({ source: "shop" }))?.value).toMatchObject({ revision: back });
    // It excused what is over, and nothing to come.
    await world.shop.reset(rewritten);
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.condition(
      "shop",
      (condition) => condition.hold?.candidate === rewritten && condition.hold.since! > hold!.since!,
    );
    expect((await bus.state(buckets.tip).get({ source: "shop" }))?.value?.revision).toBe(back);
  });

  test("holds where the branch is gone, and follows it again when it is back", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    const tip = await world.shop.head();
    await world.observed("shop", tip);
    await runGit(`${world.git.root}/shop.git`, "update-ref", "-d", "refs/heads/main");
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold?.reason?.code === "RefGone");
    const next = await world.shop.commit({ a: "2" });
    await world.shop.push({ refs: ["HEAD:refs/heads/main"] });
    await watcher.hook("shop");
    await world.observed("shop", next);
    await world.condition("shop", ({ hold }) => hold === undefined);
    const { "repositories.yaml": _gone, ...rest } = fleetFiles(world);
    await world.fleet.commit({ ...rest, "repositories.yaml": null, "applications.yaml": null }, "Undeclare");
    await runGit(`${world.git.root}/shop.git`, "update-ref", "-d", "refs/heads/main");
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold?.accepted === next);
    await world.fleet.commit({ "readme.yaml": "" }, "Leave one file");
    await world.fleet.push();
    await watcher.hook("_fleet");
    await world.condition("shop", (end) => end.hold === undefined && world.facts.at(-1)?.fact === end);
  });

  test("names faults of the fleet with their places, and keeps what was accepted", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const tip = await world.pushFleet(fleetFiles(world, "corect"));
    await watcher.hook("_fleet");
    const { declarationErrors } = await world.condition(
      "_fleet",
      ({ declarationErrorCount }) => declarationErrorCount > 0,
    );
    expect(declarationErrors).toMatchObject([{ file: "applications.yaml", line: 4, path: "spec.drift" }]);
    const fact = await world.observed("_fleet", tip);
    const key = fact.declarationsDigest.replace("sha256:", "declarations.");
    expect(readDeclarationSet((await world.artifacts.get(key))!).applications[0]?.spec.drift).toBe("correct");
    await world.pushFleet(fleetFiles(world, "report"));
    await watcher.hook("_fleet");
    await world.condition("_fleet", ({ declarationErrorCount, cause }) => declarationErrorCount === 0 && cause !== "");
  });

  test("names a source that cannot be read, and forgets it when it can", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    world.git.setFault({ kind: "status", status: 403 });
    await watcher.hook("shop");
    await world.condition("shop", ({ error }) => error?.code === "AuthFailed");
    world.git.setFault(undefined);
    await watcher.hook("shop");
    await world.condition("shop", ({ error }) => error === undefined);
  });

  test("after a restart numbers nothing again, and tells what a crash left untold", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    let watcher = await world.watch();
    const tip = await world.shop.head();
    await world.observed("shop", tip);
    await watcher.stop();
    // As killed between the pointer and the fact: the pointer says 9, and nobody was told.
    const own = await world.as("source-watcher");
    const tips = own.ownState(buckets.tip);
    const entry = await tips.get({ source: "shop" });
    await tips.update({ source: "shop" }, { ...entry!.value!, seq: 9n }, entry!.revision);
    watcher = await world.watch();
    await eventually(() => world.commits("shop").some(([seq]) => seq === 9));
    expect(world.commits("_fleet")).toHaveLength(1);
    expect(world.commits("shop")).toEqual([
      [2, tip],
      [9, tip],
    ]);
  });

  test("puts back what a killed bus server lost, at its next look", async () => {
    await using world = await watchGit();
    await world.shop.commit({ "keep.yaml": "k: 1\n" });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    const tip = await world.observed("shop", await world.shop.head());
    const fleet = await world.observed("_fleet", await world.fleet.head());
    const blobs = (await world.as("renderer")).state(anyBody);
    const own = (await world.as("source-watcher")).ownState(anyBody);
    const set = declarationSet(fleet.declarationsDigest);
    const keys = await blobs.keys({});
    for (const key of keys) await own.delete(key);
    expect(await blobs.keys({})).toEqual([]);
    await Promise.all([watcher.hook("shop"), watcher.hook("_fleet")]);
    await eventually(
      async () =>
        (await blobs.get({ key: gitObject(tip.tree) })) !== undefined && (await blobs.get({ key: set })) !== undefined,
    );
    expect(new Set(await blobs.keys({}))).toEqual(new Set(keys));

    // As it is lost again, and the next look is already about another commit.
    for (const { key } of keys) if (key.startsWith("git.")) await own.delete({ key });
    const next = await world.shop.commit({ "web/app.yaml": "a: 1\n" });
    await world.shop.push();
    await watcher.hook("shop");
    await world.observed("shop", next);
    const listed = await runGit(world.shop.path, "ls-tree", "-r", "-t", "--object-only", "HEAD");
    expect(await blobs.keys({})).toEqual(
      expect.arrayContaining(listed.split("\n").map((oid) => ({ key: gitObject(oid) }))),
    );
    expect(world.commits("_fleet")).toHaveLength(1);
  });

  test("a cluster that knows a higher seq makes it number its tips above that", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    await world.watch();
    const tip = await world.shop.head();
    await world.observed("shop", tip);
    const version = { fleet: 1n, selection: 1n, sources: [{ source: "shop", seq: 2n }], tools: 1n };
    const anchored = { ...version, sources: [{ source: "shop", seq: 500n }] };
    const unit = { cluster: "prod", app: "web", appUid: "u" };
    const applier = await world.as("applier");
    await applier.publish(
      flows.applyFinished,
      ApplyFinished.fromPartial({ unit, version, anchored, result: ApplyResult.SEQ_BEHIND, cause: "behind" }),
    );
    await eventually(
      () => Number(world.commits("shop").at(-1)?.[0]) > 500 && Number(world.commits("_fleet").at(-1)?.[0]) > 500,
    );
    expect(world.commits("shop").at(-1)?.[1]).toBe(tip);
  });
});
