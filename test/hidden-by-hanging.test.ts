import type { KubeObject } from "@evenkeel/resource";
import { Sync } from "@evenkeel/contracts";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";
import { editLive, removeLive } from "./edit-live.ts";
import { startWebhook } from "./start-webhook.ts";

const never = new AbortController().signal;
const configMap = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
  data: { value: "git" },
});

describe.skipIf(!controlPlaneAvailable)("forty dry-runs of one unit that hang, on a real kube-apiserver", () => {
  let world: DriftWorld;
  beforeAll(async () => {
    world = await openDriftWorld({ local: (await sharedControlPlane()).kubeconfigPath });
  }, 120_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);

  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(configMap(name)))?.["data"] as Record<string, unknown> | undefined)?.["value"];
  /** How long an edit by hand stands, in ms. */
  const edit = async (name: string): Promise<number> => {
    const began = performance.now();
    await editLive(world, configMap(name), { data: { value: "hand" } });
    await eventually(async () => (await valueOf(name)) === "git", { timeoutMs: 60_000, intervalMs: 20 });
    return Math.round(performance.now() - began);
  };

  test("let another drift of it through within one first look, and at once when they are repeated", async () => {
    await using webhook = await startWebhook();
    const hung = Array.from({ length: 40 }, (_, n) => configMap(`hung-${n}`, { hangs: "yes" }));
    await world.desire("held-up", [...hung, configMap("free")], 1);
    const synced = () => world.said.health.findLast(({ unit }) => unit?.app === "held-up")?.sync === Sync.SYNCED;
    await eventually(synced, { timeoutMs: 60_000 });
    const before = await edit("free");
    const hangs: KubeObject = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "hangs-for-looks" },
      webhooks: [
        {
          name: "looks.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
          timeoutSeconds: 30,
          clientConfig: webhook.clientConfig,
          objectSelector: { matchLabels: { hangs: "yes" } },
          matchConditions: [{ name: "ours", expression: 'request.options.fieldManager == "evenkeel"' }],
          rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["configmaps"] }],
        },
      ],
    };
    await world.kube.serverSideApply({ object: hangs, force: true, dryRun: false, manager: "test" }, never);
    // In force some moments after it was written: an asked webhook proves it.
    await eventually(
      async () => {
        const { metadata } = configMap("hung-0", { hangs: "yes" });
        const object = { ...configMap("hung-0"), metadata: { ...metadata, namespace: world.namespace } };
        await world.kube
          .serverSideApply({ object, force: true, dryRun: true, deadlineMs: 500 }, never)
          .catch(() => undefined);
        return webhook.asked.times > 0;
      },
      { timeoutMs: 30_000 },
    );
    await eventually(() => webhook.asked.open === 0, { timeoutMs: 40_000 });
    const { times } = webhook.asked;
    await Promise.all(hung.map((object) => editLive(world, object, { data: { value: "hand" } })));
    await eventually(() => webhook.asked.open > 1, { timeoutMs: 20_000 });
    const first = await edit("free");
    // Each of them was asked, and some again.
    await eventually(() => webhook.asked.times - times > hung.length, { timeoutMs: 120_000 });
    const repeated = [await edit("free"), await edit("free"), await edit("free")];
    console.info(
      `an edit stands for ${before} ms alone, ${first} ms behind the first looks of 40 that hang, ${repeated.join(", ")} ms beside repeated ones`,
    );
    expect(first).toBeLessThan(12_000);
    for (const each of repeated) expect(each).toBeLessThan(8_000);
    const unsure = () => world.said.health.findLast(({ unit }) => unit?.app === "held-up");
    await eventually(() => /dry-run was refused: /.test(unsure()?.message ?? ""), { timeoutMs: 60_000 });
    webhook.release();
    await removeLive(world, { ...hangs, metadata: { name: "hangs-for-looks", namespace: "" } });
    const values = async () => Promise.all(hung.map(({ metadata }) => valueOf(metadata.name)));
    await eventually(async () => (await values()).every((value) => value === "git"), { timeoutMs: 120_000 });
  }, 400_000);
});
