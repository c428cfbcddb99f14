import { Sync, runningServices } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { expect, it } from "vitest";

import { effects, writesBy } from "./audit.ts";
import { configMap, deployment, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";

const rounds = 8;
const apps = ["one", "two", "three"];

// A small generator (mulberry32), so that a failing run can be repeated by its seed.
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
};

it.skipIf(!controlPlaneAvailable)(
  "services killed at random moments converge: live equals Git, nothing foreign touched, every write in the ledger",
  async () => {
    const seed = Number(process.env["EVENKEEL_SEED"] ?? 7);
    const random = randomFrom(seed);
    await using world = await openWorld(fleetOf(...apps));
    const files = (round: number): Record<string, string> =>
      Object.fromEntries(
        apps.flatMap((app) => [
          [`${app}/config.yaml`, configMap(`${app}-config`, String(round))],
          [`${app}/deployment.yaml`, deployment(app, round % 4)],
        ]),
      );
    await world.commit("shop", { ...namespaceFile, ...files(0) }, "first");
    for (const app of apps) await unitWhen(world, app, (unit) => unit.sync === Sync.SYNCED);
    const signal = new AbortController().signal;
    const foreign = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "foreign", namespace: "shop" },
      data: { mine: "yes" },
    };
    await world.kube.serverSideApply({ object: foreign, force: false, dryRun: false, manager: "somebody" }, signal);
    const untouched = (await world.live(ref("ConfigMap", "foreign")))?.metadata.resourceVersion;

    let revision = "";
    for (let round = 1; round <= rounds; round += 1) {
      revision = await world.commit("shop", files(round), `round ${round}`);
      const victim = runningServices[random(runningServices.length)] ?? "applier";
      // Between 0 and 250 ms after the push: before, during and after the writes of this round.
      await new Promise((resolve) => setTimeout(resolve, random(250)));
      await world.launched.killAndRestart(victim);
    }
    for (const app of apps) {
      await unitWhen(world, app, (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 90_000);
      expect((await world.live(ref("ConfigMap", `${app}-config`)))?.["data"], `seed ${seed}`).toEqual({
        value: String(rounds),
      });
      expect((await world.live(ref("Deployment", app, "apps")))?.["spec"]).toMatchObject({ replicas: rounds % 4 });
    }
    expect((await world.live(ref("ConfigMap", "foreign")))?.metadata.resourceVersion).toBe(untouched);

    const named = new Set<string>();
    for (const app of ["base", ...apps]) {
      const items = await eventually(
        async () => {
          const history = (await world.status.getHistory({ cluster: "prod", app, pageSize: 1000 })).items;
          return history.every((item) => item.result !== "open") && history;
        },
        { timeoutMs: 60_000 },
      );
      for (const item of items)
        for (const write of item.writes) named.add(`${write.ref?.kind.toLowerCase()}s/${write.ref?.name}`);
    }
    const written = effects(writesBy(world.cluster.auditLog, "evenkeel")).map(
      (write) => `${write.resource}/${write.name}`,
    );
    expect(written.filter((write) => !named.has(write))).toEqual([]);
  },
  300_000,
);
