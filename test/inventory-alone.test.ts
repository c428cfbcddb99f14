import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable, temporaryFolder } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configMap, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

describe.skipIf(!controlPlaneAvailable)("inventories that are lost alone", () => {
  let world: World;
  let commits = 0;
  const commit = (): Promise<string> =>
    world.commit("shop", { "one/config.yaml": configMap("one", String((commits += 1))) }, "next");
  const synced = async (revision: string): Promise<void> => {
    await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 60_000);
    const live = await world.live(ref("ConfigMap", "one"));
    expect(live?.["data"]).toEqual({ value: String(commits) });
  };
  const folderOf = async (): Promise<string> => {
    const all = await readdir(world.launched.bus.storeFolder, { recursive: true });
    const found = all.find((path) => path.endsWith("/streams/KV_inventory"));
    if (found === undefined) throw new Error(`no inventories: ${all.slice(0, 40).join(" ")}`);
    return join(world.launched.bus.storeFolder, found);
  };

  beforeAll(async () => {
    world = await openWorld(fleetOf("one"));
    await world.commit("shop", namespaceFile, "the namespace");
    for (let n = 0; n < 4; n += 1) await synced(await commit());
  }, 240_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  const ways: readonly (readonly [string, (lose: () => Promise<void>) => Promise<void>])[] = [
    [
      "under services that run",
      async (lose) => {
        await world.launched.bus.kill();
        await lose();
        await world.launched.bus.start();
      },
    ],
    [
      "under services that start after it",
      async (lose) => {
        await world.launched.stopServices();
        await world.launched.bus.kill();
        await lose();
        await world.launched.bus.start();
        world.launched.startServices();
      },
    ],
  ];

  it.each(ways)(
    "(%s) keep no unit drifted after the next commit",
    async (_, around) => {
      await around(async () => rm(await folderOf(), { recursive: true }));
      await synced(await commit());
      await synced(await commit());
    },
    120_000,
  );

  it.each(ways)(
    "(%s) and an older copy keeps none either",
    async (_, around) => {
      await using backup = await temporaryFolder();
      const copy = join(backup.path, "store");
      await world.launched.stopServices();
      await world.launched.bus.kill();
      await cp(await folderOf(), copy, { recursive: true });
      await world.launched.bus.start();
      world.launched.startServices();
      for (let n = 0; n < 4; n += 1) await synced(await commit());
      await around(async () => {
        const folder = await folderOf();
        await rm(folder, { recursive: true });
        await cp(copy, folder, { recursive: true });
      });
      await synced(await commit());
      await synced(await commit());
    },
    240_000,
  );
});
