import { join } from "node:path";

import { openForger } from "@evenkeel/bus";
import { StatusServiceDefinition, Sync } from "@evenkeel/contracts";
import { launchProcesses } from "@evenkeel/scripts";
import { controlPlaneAvailable, eventually, temporaryFolder } from "@evenkeel/testing";
import { createChannel, createClient } from "nice-grpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configMap, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

// A host this slow answers long after the fleet stands again.
const lateMs = 6_000;

describe.skipIf(!controlPlaneAvailable)("accepted tips that are lost alone", () => {
  let world: World;
  let first: string;
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(ref("ConfigMap", name)))?.["data"] as { readonly value?: unknown } | undefined)?.value;
  const loseTips = async (): Promise<void> => {
    const { installation, nats } = world.launched;
    const seeds = { migrate: installation.keys.migrate.seed };
    await using forger = await openForger({ url: nats.url, installation: installation.id, seeds });
    await forger.lose("KV_tips");
  };
  const holdOf = (status: World["status"], name: string) =>
    eventually(
      async () => {
        const { sources } = await status.listSources({});
        return sources.find(({ source }) => source === name)?.condition?.hold ?? false;
      },
      { timeoutMs: 60_000 },
    );

  beforeAll(async () => {
    world = await openWorld(fleetOf("one"));
    first = await world.commit("shop", { ...namespaceFile, "one/config.yaml": configMap("one", "1") }, "first");
    await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === first);
  }, 240_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  it("let no rewrite in that was pushed before the loss was noticed, though the host answers late", async () => {
    const given = await world.commit("shop", { "one/config.yaml": configMap("one", "2") }, "second");
    await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === given);
    world.git.setFault({ kind: "delay", ms: lateMs }, "shop");
    await world.shop.resetTo(first);
    const rewritten = await world.shop.commitFiles({ "one/config.yaml": configMap("one", "rewritten") }, "rewrite");
    await loseTips();
    await world.shop.forcePush("main");
    const hold = await holdOf(world.status, "shop");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten, reason: { code: "HistoryRewritten" } });
    world.git.setFault(undefined);
    expect(await valueOf("one")).toBe("2");
    await world.shop.resetTo(given);
    const next = await world.shop.commitFiles({ "one/config.yaml": configMap("one", "3") }, "go on");
    await world.shop.forcePush("main");
    await unitWhen(world, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === next, 90_000);
    expect(await valueOf("one")).toBe("3");
  }, 180_000);

  it("and by who takes the installation over are asked of the clusters: no rewrite goes in, what descends goes on", async () => {
    await using folder = await temporaryFolder();
    const given = await world.shop.head();
    // The marks may be written anew, for the ledger of another bus; the object stays the one it was.
    const identityOf = async () => (await world.live(ref("ConfigMap", "one")))?.metadata.uid;
    const before = await identityOf();
    await world.launched.stopServices();
    await world.shop.resetTo(first);
    const rewritten = await world.shop.commitFiles({ "one/config.yaml": configMap("one", "rewritten") }, "rewrite");
    await world.shop.forcePush("main");
    const user = await world.cluster.user("evenkeel", ["system:masters"]);
    await using taken = await launchProcesses(
      {
        dir: join(folder.path, "state"),
        kubeconfig: user.kubeconfigPath,
        fleetUrl: `${world.git.url}/fleet.git`,
        fleetInterval: "2s",
        takeOver: world.launched.installation.id,
      },
      new AbortController().signal,
    );
    const channel = createChannel(taken.statusAddress);
    try {
      const status = createClient(StatusServiceDefinition, channel);
      const hold = await holdOf(status, "shop");
      expect(hold).toMatchObject({ accepted: given, candidate: rewritten, reason: { code: "HistoryRewritten" } });
      expect(await valueOf("one")).toBe("3");
      await world.shop.resetTo(given);
      await world.shop.forcePush("main");
      await unitWhen(
        { ...world, status },
        "one",
        (unit) => unit.sync === Sync.SYNCED && unit.revision === given,
        90_000,
      );
      expect(await identityOf()).toBe(before);
      expect(await valueOf("one")).toBe("3");
      const next = await world.shop.commitFiles({ "one/config.yaml": configMap("one", "4") }, "after the takeover");
      await world.shop.push("main");
      await unitWhen({ ...world, status }, "one", (unit) => unit.sync === Sync.SYNCED && unit.revision === next);
      expect(await valueOf("one")).toBe("4");
    } finally {
      channel.close();
    }
  }, 240_000);
});
