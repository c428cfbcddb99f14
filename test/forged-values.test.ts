import { createHash } from "node:crypto";

import { openForger } from "@evenkeel/bus";
import type { Forger } from "@evenkeel/bus";
import { Sync, Tip } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { configMap, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

const services = ["source-watcher", "renderer", "drift-detector", "applier", "status-api"] as const;

const valueOf = async (world: World, name: string): Promise<unknown> =>
  ((await world.live(ref("ConfigMap", name))) as { readonly data?: { readonly value?: unknown } } | undefined)?.data
    ?.value;

const tipOf = async (forger: Forger, source: string): Promise<Tip> => {
  const bytes = await forger.read("tips", `src.${source}`);
  if (bytes === undefined) throw new Error(`no tip of ${source} is stored`);
  return Tip.decode(bytes);
};

const tenant = (url: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Repository
metadata: {name: tenant}
spec:
  url: ${url}
  ref: {branch: main}
  interval: 2s
`;

// One world for the whole story: a tenant who may push to one repository, and holds the key of status-api.
describe.skipIf(!controlPlaneAvailable)("a hostile tenant with the key of status-api", () => {
  let world: World;
  let forger: Forger;
  let stolen: { readonly revision: string; readonly tree: string };
  beforeAll(async () => {
    world = await openWorld(fleetOf("plain"));
    const { installation, nats } = world.launched;
    const seeds = Object.fromEntries(Object.entries(installation.keys).map(([name, { seed }]) => [name, seed]));
    forger = await openForger({ url: nats.url, installation: installation.id, seeds });
    const first = await world.commit("shop", { ...namespaceFile, "plain/one.yaml": configMap("one", "1") }, "first");
    await unitWhen(world, "plain", (unit) => unit.sync === Sync.SYNCED && unit.revision === first);
    const { url, checkout } = await world.makeRepository("tenant");
    const revision = await checkout.commitFiles({ "plain/one.yaml": configMap("one", "stolen") }, "theirs");
    await checkout.push("main");
    await world.commit("fleet", { "tenant.yaml": tenant(url) }, "declare the tenant");
    const tip = await eventually(() => tipOf(forger, "tenant"), { timeoutMs: 60_000 });
    expect(tip.revision).toBe(revision);
    stolen = { revision, tree: tip.tree };
  }, 240_000);
  afterAll(async () => {
    await forger?.[Symbol.asyncDispose]();
    await world?.[Symbol.asyncDispose]();
  }, 60_000);

  it("has nothing of another tenant's stored by naming it as the reply to its requests", async () => {
    const before = await forger.lastSequence("tips");
    for (const victim of ["$KV.tips.src.shop", "$KV.tips.src._fleet", "$KV.tips.seq", "$KV.tips.tools"]) {
      await forger.askWithReply("status-api", victim);
    }
    const real = await tipOf(forger, "shop");
    // A write of our own behind it: whatever the server was to store came before.
    const mine = await forger.store("tips", "hold.none", new Uint8Array());
    expect(mine).toBe(before + 1);
    expect(await tipOf(forger, "shop")).toEqual(real);
  });

  it("gets no tip of theirs rendered, signed or applied, even if it were stored", async () => {
    const real = await tipOf(forger, "shop");
    const forged = Tip.encode({ ...real, ...stolen, seq: real.seq + 1000n }).finish();
    for (const signer of [undefined, "status-api", "renderer", "applier"] as const) {
      await forger.store("tips", "src.shop", forged, signer);
      await world.hint("shop");
      const value = configMap("two", String(signer));
      const revision = await world.commit("shop", { "plain/two.yaml": value }, `after a tip of ${signer}`);
      const unit = await unitWhen(world, "plain", (each) => each.sync === Sync.SYNCED && each.revision === revision);
      expect(unit.revision).toBe(revision);
      expect([await valueOf(world, "one"), await valueOf(world, "two")]).toEqual(["1", String(signer)]);
    }
  }, 180_000);

  it("stops nothing by junk over one object whose root is whole: it is put again once it is missed", async () => {
    const one = configMap("one", "1");
    const oid = createHash("sha1")
      .update(`blob ${Buffer.byteLength(one)}\0${one}`)
      .digest("hex");
    await forger.store("blobs", `git.${oid}`, new Uint8Array([0xff]));
    // What it has read it keeps in memory.
    await world.launched.killAndRestart("renderer");
    const revision = await world.commit("shop", { "plain/two.yaml": configMap("two", "beside junk") }, "beside junk");
    await unitWhen(world, "plain", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 40_000);
    expect([await valueOf(world, "one"), await valueOf(world, "two")]).toEqual(["1", "beside junk"]);
    expect(await forger.read("blobs", `git.${oid}`)).not.toEqual(new Uint8Array([0xff]));
  }, 90_000);

  it("stops nothing by junk under every key, and the next commit goes live within a poll or two", async () => {
    const pids = services.map((service) => world.launched.pidOf(service));
    for (const junk of [new Uint8Array([0xff, 0xfe]), new Uint8Array(), new Uint8Array(700_000).fill(0x7b)]) {
      const count = await forger.storeEverywhere(junk);
      expect(count).toBeGreaterThan(5);
      const value = configMap("three", `after ${junk.length}`);
      const revision = await world.commit("shop", { "plain/three.yaml": value }, `after ${count} keys of junk`);
      await unitWhen(world, "plain", (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 40_000);
      expect([await valueOf(world, "one"), await valueOf(world, "three")]).toEqual(["1", `after ${junk.length}`]);
    }
    expect(services.map((service) => world.launched.pidOf(service))).toEqual(pids);
  }, 240_000);
});
