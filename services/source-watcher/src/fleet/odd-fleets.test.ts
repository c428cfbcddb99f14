import { readDeclarationSet } from "@evenkeel/declarations";
import { buckets, ApplyFinished, ApplyResult, flows } from "@evenkeel/contracts";
import { eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { fleetFiles, overrideFile } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

const declaredNow = async (world: WatchedGit, revision: string) => {
  const fact = await world.observed("_fleet", revision);
  const key = fact.declarationsDigest.replace("sha256:", "declarations.");
  return readDeclarationSet((await world.artifacts.get(key))!);
};

describe("a fleet", { timeout: 60_000 }, () => {
  test("with a file that does not parse keeps what it held; a removal counts once it parses again", async () => {
    await using world = await watchGit();
    const { "applications.yaml": web, ...repositories } = fleetFiles(world);
    const blog = web.replace("{name: web}", "{name: blog}");
    await world.pushFleet({ ...repositories, "applications.yaml": `${web}---\n${blog}` });
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());

    const broken = await world.pushFleet({ "applications.yaml": `${web}\n  : [}`, "repositories.yaml": null });
    await watcher.hook("_fleet");
    const kept = await declaredNow(world, broken);
    expect(kept.applications.map(({ metadata }) => metadata.name)).toEqual(["blog", "web"]);
    expect(kept.repositories).toHaveLength(1);
    await world.condition("_fleet", ({ declarationErrors: [first] }) => first?.file === "applications.yaml");

    const mended = await world.pushFleet({ ...repositories, "applications.yaml": web });
    await watcher.hook("_fleet");
    const { applications } = await declaredNow(world, mended);
    expect(applications.map(({ metadata, changedAt }) => [metadata.name, changedAt])).toEqual([["web", 1]]);
    await world.condition("_fleet", ({ declarationErrorCount, cause }) => declarationErrorCount === 0 && cause !== "");
  });

  test("without any declaration is an error, and never an empty fleet", async () => {
    await using world = await watchGit();
    const tip = await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("_fleet", tip);
    await world.pushFleet({ "applications.yaml": null, "repositories.yaml": null, "README.md": "gone" });
    await watcher.hook("_fleet");
    await world.condition("_fleet", ({ error }) => error?.code === "PathMissing");
    expect((await world.tipOf("_fleet"))?.revision).toBe(tip);
  });

  test("whose history is rewritten is held until it descends again, or the start option names it, once", async () => {
    await using world = await watchGit();
    const base = await world.fleet.head();
    const accepted = await world.pushFleet(fleetFiles(world));
    let watcher = await world.watch();
    await world.observed("_fleet", accepted);
    const rewriteTo = async (from: string, files: Record<string, string>): Promise<string> => {
      await world.fleet.reset(from);
      const tip = await world.fleet.commit(files);
      await world.fleet.push({ force: true });
      await watcher.hook("_fleet");
      return tip;
    };
    // It cannot excuse itself: not by its own Override either.
    const rewritten = await rewriteTo(base, {
      ...fleetFiles(world),
      ...overrideFile({ from: accepted, to: accepted }),
    });
    const held = await world.condition("_fleet", ({ hold }) => hold !== undefined);
    expect(held.hold?.reason?.remedy).toBe(
      `push a descendant of ${accepted.slice(0, 12)}, or set EVENKEEL_FLEET_ACCEPTED_TIP to ${rewritten}`,
    );
    const descendant = await rewriteTo(accepted, { "more.yaml": "" });
    await world.observed("_fleet", descendant);

    const again = await rewriteTo(base, fleetFiles(world, "report"));
    await world.condition("_fleet", ({ hold }) => hold?.candidate === again);
    await watcher.stop();
    watcher = await world.watch({ fleet: { ...world.fleetConfig, acceptedTip: again } });
    await world.observed("_fleet", again);
    await watcher.stop();
    watcher = await world.watch({ fleet: { ...world.fleetConfig, acceptedTip: descendant } });
    await rewriteTo(accepted, { "more.yaml": "" });
    await world.fleet.reset(descendant);
    await world.fleet.push({ force: true });
    await watcher.hook("_fleet");
    await eventually(async () => (await world.tipOf("_fleet"))?.revision === descendant);
    await watcher.stop();
    watcher = await world.watch({ fleet: { ...world.fleetConfig, acceptedTip: again } });
    await world.fleet.reset(again);
    await world.fleet.push({ force: true });
    await watcher.hook("_fleet");
    await world.condition("_fleet", ({ hold }) => hold?.accepted === descendant && hold.candidate === again);
    expect((await world.tipOf("_fleet"))?.revision).toBe(descendant);
  });

  test("that takes a held Repository away and declares it again has it held still", async () => {
    await using world = await watchGit();
    const first = await world.shop.head();
    const accepted = await world.shop.commit({ a: "1" });
    await world.shop.push();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", accepted);
    await world.shop.reset(first);
    await world.shop.commit({ a: "rewritten" });
    await world.shop.push({ force: true });
    await watcher.hook("shop");
    await world.condition("shop", ({ hold }) => hold !== undefined);

    await world.pushFleet({ "applications.yaml": null, "repositories.yaml": null, "empty.yaml": "" });
    await watcher.hook("_fleet");
    await world.condition("shop", (end) => end.hold === undefined && world.facts.at(-1)?.fact === end);
    await world.shop.reset(accepted); // the way back does not end it, as it would not have before
    await world.shop.push({ force: true });
    await world.pushFleet(fleetFiles(world));
    await watcher.hook("_fleet");
    await world.condition("shop", ({ hold }) => hold?.candidate === accepted);
    expect(world.commits("shop")).toHaveLength(1);
  });
});

describe("a file of the fleet", { timeout: 60_000 }, () => {
  const applications = async (world: WatchedGit): Promise<readonly string[]> =>
    (await (await world.as("renderer")).state(buckets.declaration).keys({ kind: "Application" })).map(
      ({ name }) => name,
    );
  const rename = (world: WatchedGit, name: string) =>
    world.pushFleet({ "applications.yaml": null, [name]: fleetFiles(world)["applications.yaml"] });

  test.each(["applications.yml", "deep/er/applications.yaml"])("under the name %s says the same", async (name) => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    const tip = await rename(world, name);
    await watcher.hook("_fleet");
    await world.observed("_fleet", tip);
    expect(await applications(world)).toEqual(["web"]);
    expect(world.facts.some(({ fact }) => "declarationErrors" in fact && fact.declarationErrorCount > 0)).toBe(false);
  });

  test("under a name that is not read removes nothing, and the condition says so until it is gone", async () => {
    await using world = await watchGit();
    await world.pushFleet(fleetFiles(world));
    const watcher = await world.watch();
    await world.observed("shop", await world.shop.head());
    await rename(world, "applications.yaml.off");
    await watcher.hook("_fleet");
    const told = await world.condition("_fleet", ({ declarationErrorCount }) => declarationErrorCount > 0);
    expect(told.declarationErrors.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      'applications.yaml: Application "web" stays as last accepted: nothing counts as removed while applications.yaml.off cannot be read; correct or remove applications.yaml.off',
      "applications.yaml.off: this looks like a declaration, and is not read under this name; name it *.yaml, *.yml or *.json outside of hidden directories, or remove it",
    ]);
    expect(await applications(world)).toEqual(["web"]);
    const tip = await world.pushFleet({ "applications.yaml.off": null });
    await watcher.hook("_fleet");
    await world.observed("_fleet", tip);
    await eventually(async () => (await applications(world)).length === 0);
    await world.condition("_fleet", ({ declarationErrorCount, cause }) => declarationErrorCount === 0 && cause !== "");
  });
});

test("a higher seq that a cluster told while nobody watched is heard at the start", { timeout: 60_000 }, async () => {
  await using world = await watchGit();
  await world.pushFleet(fleetFiles(world));
  const watcher = await world.watch();
  await world.observed("shop", await world.shop.head());
  await watcher.stop();
  const applier = await world.as("applier");
  const version = { fleet: 1n, selection: 1n, sources: [{ source: "shop", seq: 2n }], tools: 1n };
  await applier.publish(
    flows.applyFinished,
    ApplyFinished.fromPartial({
      unit: { cluster: "prod", app: "web", appUid: "u" },
      version,
      anchored: { ...version, sources: [{ source: "shop", seq: 500n }] },
      result: ApplyResult.SEQ_BEHIND,
      cause: "behind",
    }),
  );
  const second = await world.watch();
  await eventually(() => ["shop", "_fleet"].every((source) => Number(world.commits(source).at(-1)?.[0]) > 500));
  await second.stop();
  const next = await world.shop.commit({ a: "1" });
  await world.shop.push();
  await world.watch();
  await world.observed("shop", next);
  expect(world.commits("shop").map(([seq]) => seq)).toEqual([2, expect.any(Number), expect.any(Number)]); // heard once
});
