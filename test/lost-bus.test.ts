import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Sync, runningServices } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually, temporaryFolder } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { application, configMap, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

/** Beside other suites two losses, a migration and all that is read again after them took 80 s. */
const SYNCED_MS = 180_000;
// A host this slow answers long after every other source has been numbered again.
const lateMs = 6_000;

const repository = (name: string, url: string): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: Repository\nmetadata: {name: ${name}}\nspec: {url: ${url}, ref: {branch: main}, interval: 2s}\n`;
const acceptRewrite = (from: string, to: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: accept-rewrite}
spec:
  what: acceptRewrite
  scope: {repository: shop, gitRef: refs/heads/main, from: ${from}, to: ${to}}
  owner: ana@example.org
  reason: rebuilt on purpose
  expiresAt: "${new Date(Date.now() + 3_600_000).toISOString()}"
`;

const shopApps = ["base", "one", "two", "three"];
const filesOf = (value: string): Record<string, string> =>
  Object.fromEntries(["one", "two", "three"].map((app) => [`${app}/config.yaml`, configMap(`${app}-config`, value)]));

// One world for all of it: each loss is of a bus that has been lost before.
describe.skipIf(!controlPlaneAvailable)("a bus that lost what it knew", () => {
  let world: World;
  const synced = async (apps: readonly string[], revision: string): Promise<void> => {
    for (const app of apps)
      await unitWhen(world, app, (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, SYNCED_MS);
  };
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(ref("ConfigMap", name)))?.["data"] as { readonly value?: unknown } | undefined)?.value;
  const wipe = (): Promise<void> => rm(world.launched.bus.storeFolder, { recursive: true, force: true });
  const holdOf = (name: string) =>
    eventually(
      async () => {
        const { sources } = await world.status.listSources({});
        return sources.find(({ source }) => source === name)?.condition?.hold ?? false;
      },
      { timeoutMs: 60_000 },
    );

  beforeAll(async () => {
    world = await openWorld(fleetOf("one", "two"));
    const { url, checkout } = await world.makeRepository("other");
    await checkout.commitFiles({ "other/config.yaml": configMap("other-config", "1") }, "another source");
    await checkout.push("main");
    const first = await world.commit("shop", { ...namespaceFile, ...filesOf("1") }, "first release");
    await synced(["base", "one", "two"], first);
    // Later fleet revisions: their units have higher selections, and their Repository a higher seq.
    const more = application("other").replace("repository: shop", "repository: other");
    await world.commit("fleet", { "other.yaml": `${repository("other", url)}---\n${more}` }, "declare another source");
    await unitWhen(world, "other", (unit) => unit.sync === Sync.SYNCED);
    await world.commit("fleet", { "three.yaml": application("three") }, "declare a third application");
    await synced(shopApps, first);
  }, 240_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  it("while everything runs deploys again without a restart", async () => {
    const pids = runningServices.map((service) => world.launched.pidOf(service));
    await world.launched.bus.kill();
    await wipe();
    await world.launched.bus.start();
    const next = await world.commit("shop", filesOf("2"), "after the loss");
    await synced(shopApps, next);
    expect(await valueOf("three-config")).toBe("2");
    const touched = await world.commit("shop", { "one/config.yaml": configMap("one-config", "3") }, "one of them");
    await synced(shopApps, touched);
    await unitWhen(world, "other", (unit) => unit.sync === Sync.SYNCED);
    expect(runningServices.map((service) => world.launched.pidOf(service))).toEqual(pids);
  }, 180_000);

  it("while it was stopped goes on above every number that the cluster knows, though one host answers late", async () => {
    expect(await world.launched.lastWords()).toEqual([]);
    await world.launched.stopServices();
    expect(await world.launched.lastWords()).toContainEqual(expect.stringMatching(/^applier has ended: .*"ended"/));
    await world.launched.bus.kill();
    await wipe();
    world.git.setFault({ kind: "delay", ms: lateMs }, "shop");
    const next = await world.shop.commitFiles(filesOf("4"), "while it was down");
    await world.shop.push("main");
    await world.launched.bus.start();
    world.launched.startServices();
    await synced(shopApps, next);
    await unitWhen(world, "other", (unit) => unit.sync === Sync.SYNCED);
    expect(await valueOf("one-config")).toBe("4");
    world.git.setFault(undefined);
  }, 180_000);

  it("does not follow a rewrite of that time, nor brings it to an application that is new", async () => {
    await world.launched.stopServices();
    await world.launched.bus.kill();
    await wipe();
    const given = await world.shop.head();
    await world.shop.resetTo(`${given}~1`);
    const rewritten = await world.shop.commitFiles(
      { ...filesOf("rewritten"), "fresh/config.yaml": configMap("fresh-config", "rewritten") },
      "rewrite",
    );
    await world.shop.forcePush("main");
    await world.fleet.commitFiles({ "fresh.yaml": application("fresh") }, "declare a new application");
    await world.fleet.push("main");
    world.git.setFault({ kind: "delay", ms: lateMs }, "shop");
    await world.launched.bus.start();
    world.launched.startServices();
    await unitWhen(world, "other", (unit) => unit.sync === Sync.SYNCED, 90_000);
    const hold = await holdOf("shop");
    expect(hold).toMatchObject({ accepted: given, candidate: rewritten, reason: { code: "HistoryRewritten" } });
    world.git.setFault(undefined);
    expect(await valueOf("one-config")).toBe("4");
    expect(await valueOf("fresh-config")).toBeUndefined();
    await world.commit("fleet", { "override.yaml": acceptRewrite(given, rewritten) }, "accept the rewrite");
    await synced([...shopApps, "fresh"], rewritten);
    expect(await valueOf("one-config")).toBe("rewritten");
  }, 240_000);

  it("holds a source of a cluster that cannot be read, with the reason, until the fleet lets go of it", async () => {
    const cluster = (name: string, context: string): string =>
      `apiVersion: evenkeel.dev/v1alpha1\nkind: Cluster\nmetadata: {name: ${name}, labels: {env: prod}}\nspec: {connection: {context: ${context}}, tenancy: {allowConnectionIdentity: true}}\n`;
    await world.launched.stopServices();
    await world.launched.bus.kill();
    await wipe();
    await world.fleet.commitFiles({ "gone.yaml": cluster("gone", "nowhere") }, "declare a cluster that is not there");
    await world.fleet.push("main");
    const next = await world.shop.commitFiles(filesOf("5"), "while a cluster cannot be read");
    await world.shop.push("main");
    await world.launched.bus.start();
    world.launched.startServices();
    const { reason } = await holdOf("shop");
    expect(reason?.message).toMatch(/what was last given to cluster gone \(.*nowhere.*\) is not known/);
    await world.commit("fleet", { "gone.yaml": undefined }, "let go of it");
    await synced([...shopApps, "fresh"], next);
  }, 240_000);

  it("does not follow a fleet that was rewritten while it was stopped, before a descendant is pushed", async () => {
    const before = await valueOf("one-config");
    await world.launched.stopServices();
    await world.launched.bus.kill();
    await wipe();
    const given = await world.fleet.head();
    await world.fleet.resetTo(`${given}~2`);
    const rewritten = await world.fleet.commitFiles({ "rewritten.yaml": application("four") }, "rewrite the fleet");
    await world.fleet.forcePush("main");
    const next = await world.shop.commitFiles(filesOf("5b"), "while the fleet is rewritten");
    await world.shop.push("main");
    await world.launched.bus.start();
    world.launched.startServices();
    expect(await holdOf("_fleet")).toMatchObject({ accepted: given, candidate: rewritten });
    await eventually(
      async () => ((await holdOf("shop")).reason?.message ?? "").includes("the fleet is not known to go on from"),
      { timeoutMs: 60_000 },
    );
    expect(await valueOf("one-config")).toBe(before);
    await world.fleet.resetTo(given);
    await world.fleet.commitFiles({ "README.md": "go on" }, "go on from what was given");
    await world.fleet.forcePush("main");
    await synced(shopApps, next);
  }, 240_000);

  /** The two ways that the remedy names, each as it is printed. */
  const makeAnew = {
    "by its migration, while everything runs": async (remedy: string) => {
      const [, name = "", value = ""] = /its migration with (\w+)=([^,\s]+)/.exec(remedy) ?? [];
      const { installation, nats } = world.launched;
      const env = {
        EVENKEEL_BUS_SERVERS: nats.url,
        EVENKEEL_BUS_SEED_FILE: installation.keys.migrate.seedFile,
        EVENKEEL_INSTALLATION: installation.id,
        EVENKEEL_BUS_MONITOR_URL: nats.monitorUrl,
        [name]: value,
      };
      const program = fileURLToPath(new URL("../packages/bus/src/topology/migrate-main.ts", import.meta.url));
      // Left in a manifest, it is given at every migration from then on.
      for (const says of [/stream removed, to be made anew/, /names no bus that is there/]) {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { env, timeout: 120_000 });
        expect(`${stdout}${stderr}`).toMatch(says);
      }
    },
    "without its folder, while nothing runs": async (remedy: string) => {
      const [, folder = ""] = /without (\w+)\/ in the data folder of a stopped npm start/.exec(remedy) ?? [];
      await world.launched.stopServices();
      await world.launched.bus.kill();
      await rm(join(world.launched.installation.dir, folder), { recursive: true });
      await world.launched.bus.start();
      world.launched.startServices();
    },
  };

  it.each(Object.entries(makeAnew))(
    "that came back from an older backup writes nothing before it is made anew, %s",
    async (way, make) => {
      await using backup = await temporaryFolder();
      const copy = join(backup.path, "store");
      await world.launched.stopServices();
      await world.launched.bus.kill();
      await cp(world.launched.bus.storeFolder, copy, { recursive: true });
      await world.launched.bus.start();
      world.launched.startServices();
      const value = `after the backup of: ${way}`;
      const newest = await world.commit("shop", filesOf(value), "after the backup");
      await synced([...shopApps, "fresh"], newest);
      await world.launched.stopServices();
      await world.launched.bus.kill();
      await wipe();
      await cp(copy, world.launched.bus.storeFolder, { recursive: true });
      await world.launched.bus.start();
      world.launched.startServices();
      const held = await unitWhen(world, "one", (unit) => unit.reason?.code === "AuditUnavailable", 90_000);
      expect(await valueOf("one-config")).toBe(value);
      await make(held.reason?.remedy ?? "");
      await synced([...shopApps, "fresh"], newest);
    },
    400_000,
  );
});
