import { cp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { Sync } from "@evenkeel/contracts";
import type { UnitStatus } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually, temporaryFolder } from "@evenkeel/testing";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

import { application, configMap, fleetOf, namespaceFile, ref } from "./story-files.ts";
import { openWorld, unitWhen } from "./world.ts";
import type { World } from "./world.ts";

// Every other source is numbered meanwhile, so that no number of the older store holds a rewrite back.
const lateMs = 4_000;

const repository = (name: string, url: string): string =>
  `apiVersion: evenkeel.dev/v1alpha1\nkind: Repository\nmetadata: {name: ${name}}\nspec: {url: ${url}, ref: {branch: main}, interval: 2s}\n`;

const acceptRewrite = (name: string, from: string, to: string): string => `apiVersion: evenkeel.dev/v1alpha1
kind: Override
metadata: {name: ${name}}
spec:
  what: acceptRewrite
  scope: {repository: shop, gitRef: refs/heads/main, from: ${from}, to: ${to}}
  owner: ana@example.org
  reason: what goes on from the accepted tip
  expiresAt: "${new Date(Date.now() + 3_600_000).toISOString()}"
`;

/** `refuses`: nothing is written, and the remedy that is told is what helps. */
type Outcome = "goes on" | "refuses" | "goes on or refuses";

/** Stores of the bus that come out of a backup alone, and stores that bear on one another and come out of the same one. */
const rows: readonly (readonly [string, Outcome])[] = [
  ["KV_tips", "goes on"],
  ["COMMITS", "goes on"],
  ["KV_declarations", "goes on"],
  ["KV_inventory", "goes on"],
  ["DESIRED", "goes on"],
  ["APPLIED", "goes on"],
  ["ANCHORS", "goes on"],
  ["HEALTH", "goes on"],
  ["KV_blobs", "goes on"],
  ["KV_status", "goes on"],
  // Whether a term number comes out below one that the cluster knows is a matter of the order in which shards are taken.
  ["KV_leases", "goes on or refuses"],
  ["LEDGER", "refuses"],
  ["KV_tips COMMITS", "goes on"],
  ["KV_tips ANCHORS", "goes on"],
  ["KV_tips KV_declarations", "goes on"],
  ["KV_inventory KV_tips", "goes on"],
  ["KV_inventory DESIRED", "goes on"],
  ["RENDERS DESIRED", "goes on"],
];

describe.skipIf(!controlPlaneAvailable)("a bus of which one store is older", () => {
  let world: World;
  let checkoutOfOther: World["shop"];
  const synced = (app: string, revision: string) =>
    unitWhen(world, app, (unit) => unit.sync === Sync.SYNCED && unit.revision === revision, 90_000);
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(ref("ConfigMap", name)))?.["data"] as { readonly value?: unknown } | undefined)?.value;
  const stop = async (): Promise<void> => {
    await world.launched.stopServices();
    await world.launched.bus.kill();
  };
  const start = async (): Promise<void> => {
    await world.launched.bus.start();
    world.launched.startServices();
  };
  const folderOf = async (store: string): Promise<string> => {
    const all = await readdir(world.launched.bus.storeFolder, { recursive: true });
    const found = all.find((path) => path.endsWith(`/streams/${store}`));
    if (found === undefined) throw new Error(`${store} has no folder: ${all.slice(0, 40).join(" ")}`);
    return join(world.launched.bus.storeFolder, found);
  };
  /** Waits for the unit, and does what it says where nothing may be written. */
  const rebuildIfRefused = async (app: string, revision: string, must: boolean): Promise<void> => {
    const isRefused = ({ reason }: UnitStatus): boolean => reason?.code === "AuditUnavailable";
    const isThere = (unit: UnitStatus): boolean => unit.sync === Sync.SYNCED && unit.revision === revision;
    const unit = await unitWhen(world, app, (now) => isRefused(now) || (!must && isThere(now)), 90_000);
    if (!isRefused(unit)) return;
    expect(unit.reason?.remedy).toContain("without nats/ in the data folder of a stopped npm start");
    await stop();
    await rm(world.launched.bus.storeFolder, { recursive: true, force: true });
    await start();
  };
  const holdOfShop = () =>
    eventually(
      async () => {
        const { sources } = await world.status.listSources({});
        const hold = sources.find(({ source }) => source === "shop")?.condition?.hold;
        if (hold?.reason?.code !== "HistoryRewritten") throw new Error(`hold: ${hold?.reason?.message}`);
        return hold;
      },
      { timeoutMs: 60_000 },
    );

  const open = async (): Promise<void> => {
    world = await openWorld(fleetOf("one"));
    const base = await world.commit("shop", namespaceFile, "the namespace");
    await synced("base", base);
    const { url, checkout } = await world.makeRepository("other");
    checkoutOfOther = checkout;
    const other = await checkout.commitFiles({ "other/config.yaml": configMap("other", "0") }, "another source");
    await checkout.push("main");
    const app = application("other").replace("repository: shop", "repository: other");
    await world.commit("fleet", { "other.yaml": `${repository("other", url)}---\n${app}` }, "declare another source");
    const first = await world.commit("shop", { "one/config.yaml": configMap("one", "0") }, "first");
    await synced("one", first);
    await synced("other", other);
  };
  const close = async (): Promise<void> => world?.[Symbol.asyncDispose]();
  /** A row that fails leaves a bus that refuses, or a source that is held: the next row has a world of its own. */
  let isAsRowsFindIt = false;
  beforeEach(async () => {
    if (isAsRowsFindIt) return;
    await close();
    await open();
  }, 300_000);
  afterAll(close, 60_000);

  it.each(rows)(
    "(%s) applies nothing older, follows no rewrite and prunes nothing, and %s",
    async (row, outcome) => {
      isAsRowsFindIt = false;
      const older = row.split(" ");
      const store = row.toLowerCase().replaceAll(/[^a-z]/g, "-");
      await using backup = await temporaryFolder();
      await stop();
      for (const each of older) await cp(await folderOf(each), join(backup.path, each), { recursive: true });
      await start();
      const old = await world.shop.head();
      await world.commit("shop", { "one/config.yaml": configMap("one", `${store} middle`) }, "middle");
      const added = `added-${store}`;
      const given = await world.commit(
        "shop",
        { "one/config.yaml": configMap("one", store), [`one/${added}.yaml`]: configMap(added, store) },
        "newest",
      );
      await world.commit("fleet", { "note.yaml": `# ${store}\n` }, "a later fleet");
      // What a cluster knows of a store is what was written to it since: of each partition.
      const between = await checkoutOfOther.commitFiles({ "other/config.yaml": configMap("other", store) }, "go");
      await checkoutOfOther.push("main");
      await synced("one", given);
      await synced("other", between);

      await stop();
      for (const each of older) {
        const folder = await folderOf(each);
        await rm(folder, { recursive: true });
        await cp(join(backup.path, each), folder, { recursive: true });
      }
      await world.shop.resetTo(old);
      const rewritten = await world.shop.commitFiles({ "one/config.yaml": configMap("one", "rewritten") }, "rewrite");
      await world.shop.forcePush("main");
      const others: string[] = [];
      for (const n of [1, 2, 3, 4])
        others.push(
          await checkoutOfOther.commitFiles({ "other/config.yaml": configMap("other", `${store} ${n}`) }, "go"),
        );
      await checkoutOfOther.push("main");
      world.git.setFault({ kind: "delay", ms: lateMs }, "shop");
      await start();

      if (outcome !== "goes on") await rebuildIfRefused("other", others.at(-1) ?? "", outcome === "refuses");
      await synced("other", others.at(-1) ?? "");
      expect(await holdOfShop()).toMatchObject({ accepted: given, candidate: rewritten });
      world.git.setFault(undefined);
      expect([await valueOf("one"), await valueOf(added)]).toEqual([store, store]);
      await world.shop.resetTo(given);
      const next = await world.shop.commitFiles({ "one/config.yaml": configMap("one", `${store} next`) }, "go on");
      await world.shop.forcePush("main");
      // A hold about a tip that is stored ends by this alone, whatever the branch does next.
      await world.commit("fleet", { "override.yaml": acceptRewrite(added, given, next) }, "accept what goes on");
      if (outcome === "goes on or refuses") await rebuildIfRefused("one", next, false);
      await synced("one", next);
      expect([await valueOf("one"), await valueOf(added)]).toEqual([`${store} next`, store]);
      isAsRowsFindIt = true;
    },
    240_000,
  );
});
