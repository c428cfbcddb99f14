import { ApplyFinished, ApplyResult, flows } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import { rewrite } from "../story/anchors-told.fixture.ts";
import type { Statement } from "../story/anchors-told.fixture.ts";
import { fleetFiles, overrideFile } from "../story/fleet-files.fixture.ts";
import { watchGit } from "../story/watched-git.fixture.ts";
import type { WatchedGit } from "../story/watched-git.fixture.ts";

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
