import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configMap, fleetOf, namespaceFile } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

// SIGSTOP: it holds its leases for some seconds, and answers nobody.
describe.skipIf(!controlPlaneAvailable)("an applier that stands still while a source begins to be watched anew", () => {
  let world: World;
  const shopHold = async () => {
    const { sources } = await world.status.listSources({});
    return sources.find(({ source }) => source === "shop")?.condition?.hold;
  };

  beforeAll(async () => {
    world = await openWorld(fleetOf("one"));
  }, 240_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  it(
    "holds the source, which names the cluster and since when, and the source goes on once the applier does",
    { timeout: 180_000 },
    async () => {
      const first = await world.commit("shop", { ...namespaceFile, "one/config.yaml": configMap("one", "1") }, "first");
      await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === first);
      const applier = world.launched.pidOf("applier");
      process.kill(applier, "SIGSTOP");
      try {
        await world.launched.killAndRestart("source-watcher");
        const before = Date.now();
        const second = await world.commit("shop", { "one/config.yaml": configMap("one", "2") }, "second");
        const hold = await eventually(async () => (await shopHold()) ?? false, { timeoutMs: 60_000 });
        expect(hold).toMatchObject({
          candidate: second,
          reason: {
            code: "ApiUnavailable",
            message:
              "shop: what was last given to cluster prod (no applier has answered) is not known, so no tip is followed yet",
            remedy: "let the applier run that has the cluster, or take the cluster out of the fleet",
          },
        });
        expect(hold.since?.getTime()).toBeGreaterThanOrEqual(before);
        // Looks that follow keep its age.
        await world.hint("shop");
        expect((await shopHold())?.since).toEqual(hold.since);
        expect((await world.status.getUnit({ cluster: "prod", app: "one" })).unit?.revision).toBe(first);
        process.kill(applier, "SIGCONT");
        await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === second, 90_000);
        await eventually(async () => (await shopHold()) === undefined, { timeoutMs: 30_000 });
      } finally {
        process.kill(applier, "SIGCONT");
      }
    },
  );
});
