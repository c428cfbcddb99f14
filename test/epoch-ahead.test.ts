import { rm } from "node:fs/promises";

import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configMap, fleetOf, namespaceFile } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

const yearMs = 365 * 86_400_000;

describe.skipIf(!controlPlaneAvailable)("an anchor of a bus whose clock was a year ahead", () => {
  let world: World;
  const commit = (value: string): Promise<string> =>
    world.commit("shop", { "one/config.yaml": configMap("one", value) }, value);
  const synced = async (revision: string) =>
    unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 90_000);
  const signal = AbortSignal.timeout(240_000);
  const setEpochs = async (epoch: bigint): Promise<void> => {
    const { objects } = await world.kube.listAll(
      { group: "", kind: "ConfigMap" },
      { namespace: "evenkeel-system" },
      signal,
    );
    for (const { metadata } of objects) {
      if (!metadata.name.startsWith("ek-")) continue;
      const { status } = await world.kube.transport.request(
        {
          method: "PATCH",
          path: `/api/v1/namespaces/evenkeel-system/configmaps/${metadata.name}`,
          headers: { "content-type": "application/merge-patch+json" },
          body: Buffer.from(JSON.stringify({ data: { epoch: String(epoch) } })),
        },
        signal,
      );
      expect(status).toBe(200);
    }
  };

  beforeAll(async () => {
    world = await openWorld(fleetOf("one"));
    await world.commit("shop", namespaceFile, "the namespace");
    await synced(await commit("1"));
  }, 240_000);
  afterAll(async () => {
    delete process.env["EVENKEEL_ANCHORED_EPOCH"];
    await world?.[Symbol.asyncDispose]();
  }, 60_000);

  it("is told with the number that a bus made anew is to start above, and that helps", async () => {
    const epoch = BigInt(Math.floor((Date.now() + yearMs) / 1000)) * 65_536n;
    await world.launched.stopServices();
    await setEpochs(epoch);
    world.launched.startServices();
    const revision = await commit("2");
    const { reason } = await unitWhen(world, "one", (unit) => unit.reason?.code === "AuditUnavailable", 90_000);
    const named = /npm start with (EVENKEEL_ANCHORED_EPOCH)=(\d+) and without nats\//.exec(reason?.remedy ?? "");
    expect(named?.[2], reason?.remedy).toBe(String(epoch));

    await world.launched.stopServices();
    await world.launched.bus.kill();
    await rm(world.launched.bus.storeFolder, { recursive: true });
    process.env[named?.[1] ?? ""] = named?.[2];
    await world.launched.bus.start();
    world.launched.startServices();
    await synced(revision);
    await synced(await commit("3"));
  }, 240_000);
});
