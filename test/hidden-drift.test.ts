import { ResolvedBy, Sync, Verdict } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { DriftWorld } from "./drift-world.ts";
import { editLive } from "./edit-live.ts";
import { useDriftWorld } from "./use-drift-world.ts";

const never = new AbortController().signal;
const FAR = "18446744073709551615";

const configMap = (name: string, extra: Partial<KubeObject["metadata"]> = {}, value = "git"): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...extra },
  data: { value },
});

describe.skipIf(!controlPlaneAvailable)("drift that is made to look like a write of ours", () => {
  let world: DriftWorld;
  let app = "";
  useDriftWorld(
    (count) => `app${count}`,
    (opened, name) => {
      world = opened;
      app = name;
    },
  );
  const object = (): KubeObject => configMap(app);
  const valueOf = async (): Promise<unknown> =>
    ((await world.live(object()))?.["data"] as Record<string, unknown> | undefined)?.["value"];
  const synced = async (): Promise<unknown> =>
    eventually(() => world.said.health.findLast(({ unit }) => unit?.app === app)?.sync === Sync.SYNCED, {
      timeoutMs: 20_000,
    });
  const annotated = (annotations: Record<string, string>, value = "hand"): unknown => ({
    metadata: { annotations },
    data: { value },
  });
  const apply = async (body: KubeObject, manager: string): Promise<void> => {
    const placed = { ...body, metadata: { ...body.metadata, namespace: world.namespace } };
    await world.kube.serverSideApply({ object: placed, force: true, dryRun: false, manager }, never);
  };
  /** Our entry of managedFields with another content or time, beside a changed value. */
  const forge = async (change: (entry: Record<string, unknown>) => Record<string, unknown>): Promise<void> => {
    const live = await world.live(object());
    const managedFields = (live?.metadata.managedFields ?? []).map((entry) => change({ ...entry }));
    await editLive(world, object(), { metadata: { managedFields }, data: { value: "hand" } });
  };

  test.each<readonly [string, () => Promise<void>]>([
    ["a later seq", () => editLive(world, object(), annotated({ "evenkeel.dev/seq": "999999" }))],
    ["the largest seq there is", () => editLive(world, object(), annotated({ "evenkeel.dev/seq": FAR }))],
    ["a later epoch", () => editLive(world, object(), annotated({ "evenkeel.dev/epoch": FAR }))],
    [
      "a later seq and epoch under our manager's name",
      () => editLive(world, object(), annotated({ "evenkeel.dev/seq": FAR, "evenkeel.dev/epoch": FAR }), "evenkeel"),
    ],
    [
      "another source, installation and application",
      () =>
        editLive(world, object(), {
          metadata: {
            annotations: { "evenkeel.dev/src": "app@ffff:app", "evenkeel.dev/installation": "another" },
            labels: { "evenkeel.dev/app": "0".repeat(32) },
          },
          data: { value: "hand" },
        }),
    ],
    [
      "no label of ours at all",
      () => editLive(world, object(), { metadata: { labels: { "evenkeel.dev/app": null } }, data: { value: "hand" } }),
    ],
    [
      "a server-side apply under our manager's name with a later seq",
      async () => {
        const live = await world.live(object());
        const annotations = { ...live?.metadata.annotations, "evenkeel.dev/seq": FAR };
        await apply(configMap(app, { annotations, labels: live?.metadata.labels ?? {} }, "hand"), "evenkeel");
      },
    ],
    ["an entry of ours from the future", () => forge((entry) => ({ ...entry, time: "2999-01-01T00:00:00Z" }))],
    [
      "an entry of ours that does not own the field any more",
      () => forge((entry) => (entry["manager"] === "evenkeel" ? { ...entry, fieldsV1: { "f:metadata": {} } } : entry)),
    ],
    [
      "no managedFields",
      () => editLive(world, object(), { metadata: { managedFields: [{}] }, data: { value: "hand" } }),
    ],
  ])(
    "by %s is put back, and told",
    async (_title, attack) => {
      await world.desire(app, [object()], 1);
      await synced();
      await attack();
      await eventually(async () => (await valueOf()) === "git", { timeoutMs: 8_000 });
      await synced();
      const told = world.said.drift.find(({ unit }) => unit?.app === app)?.findings[0];
      expect(told).toMatchObject({ verdict: Verdict.DRIFT, ref: { name: app } });
      const ended = await eventually(() => world.said.resolved.find(({ unit }) => unit?.app === app) ?? false);
      expect(ended.by).toBe(ResolvedBy.CORRECTED);
    },
    40_000,
  );

  test("is not told as corrected by us when another hand put it back under our name", async () => {
    world.declare(app, { drift: "report" });
    await world.desire(app, [object()], 1);
    await synced();
    const live = await world.live(object());
    await editLive(world, object(), { data: { value: "hand" } });
    await eventually(() => world.said.drift.some(({ unit }) => unit?.app === app));
    const { annotations = {}, labels = {} } = live?.metadata ?? {};
    await apply(configMap(app, { annotations, labels }), "evenkeel");
    const ended = await eventually(() => world.said.resolved.find(({ unit }) => unit?.app === app) ?? false);
    expect(ended.by).toBe(ResolvedBy.REVERTED);
  }, 40_000);

  test("is no longer thought to be a late word of ours: new revisions tell no drift", async () => {
    for (let seq = 1; seq <= 20; seq += 1) await world.desire(app, [configMap(app, {}, `git ${seq}`)], seq);
    await eventually(async () => (await valueOf()) === "git 20", { timeoutMs: 20_000 });
    await synced();
    expect(world.said.drift.filter(({ unit }) => unit?.app === app)).toEqual([]);
  }, 60_000);
});
