import { ApplyResult, Sync } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, sharedControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";
import { removeLive } from "./edit-live.ts";
import { startWebhook } from "./start-webhook.ts";

const never = new AbortController().signal;
const TIMEOUT_S = 15;
const configMap = (name: string, labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels },
  data: { value: "git" },
});

describe.skipIf(!controlPlaneAvailable)("a webhook that hangs for one unit's writes, on a real kube-apiserver", () => {
  let world: DriftWorld;
  beforeAll(async () => {
    world = await openDriftWorld({ local: (await sharedControlPlane()).kubeconfigPath });
  }, 120_000);
  afterAll(async () => world?.[Symbol.asyncDispose](), 60_000);
  const isApplied = (app: string, seq = 1): boolean =>
    world.said.applied.some(
      ({ unit, result, version }) =>
        unit?.app === app && result === ApplyResult.APPLIED && version?.sources[0]?.seq === BigInt(seq),
    );
  const others = Array.from({ length: 10 }, (_, n) => `other-${n}`);
  const setOf = (app: string, value: string): readonly KubeObject[] =>
    Array.from({ length: 5 }, (_, n) => ({ ...configMap(`${app}-${n}`), data: { value } }));
  /** All ten at once; how long until the last is applied, in ms. */
  const deploy = async (seq: number): Promise<number> => {
    const began = performance.now();
    await Promise.all(others.map((app) => world.desire(app, setOf(app, String(seq)), seq)));
    await eventually(() => others.every((app) => isApplied(app, seq)), { timeoutMs: 60_000, intervalMs: 10 });
    return performance.now() - began;
  };

  test("leaves its neighbours their places, is named after two timeouts, and then seldom asked until it answers", async () => {
    await using webhook = await startWebhook();
    await deploy(1);
    const without = await deploy(2);
    const hangs: KubeObject = {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "hangs" },
      webhooks: [
        {
          name: "hangs.example.com",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
          timeoutSeconds: TIMEOUT_S,
          clientConfig: webhook.clientConfig,
          objectSelector: { matchLabels: { hangs: "yes" } },
          rules: [
            { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
          ],
        },
      ],
    };
    await world.kube.serverSideApply({ object: hangs, force: true, dryRun: false, manager: "test" }, never);
    // In force some moments after it was written: an asked webhook proves it.
    await eventually(
      async () => {
        const object = {
          ...configMap("probe", { hangs: "yes" }),
          metadata: { name: "probe", namespace: world.namespace, labels: { hangs: "yes" } },
        };
        await world.kube
          .serverSideApply({ object, force: true, dryRun: true, deadlineMs: 500 }, never)
          .catch(() => undefined);
        return webhook.asked.times > 0;
      },
      { timeoutMs: 30_000 },
    );
    await eventually(() => webhook.asked.open === 0, { timeoutMs: 30_000 });
    webhook.asked.most = 0;
    webhook.asked.times = 0;

    const hung = Array.from({ length: 40 }, (_, n) => configMap(`hung-${n}`, { hangs: "yes" }));
    await world.desire("hung", hung, 1);
    await eventually(() => webhook.asked.open > 1, { timeoutMs: 20_000 });
    const beside: number[] = [];
    for (let seq = 3; seq < 6; seq += 1) beside.push(await deploy(seq));
    // Thirty applies of others ended before the first of those that hang did.
    expect(world.said.applied.filter(({ unit }) => unit?.app === "hung")).toEqual([]);
    expect(webhook.asked.most).toBeLessThanOrEqual(16);
    expect(webhook.asked.times).toBe(webhook.asked.most);
    console.info(
      `10 units of 5 objects: ${Math.round(without)} ms without, ${beside.map(Math.round).join(", ")} ms beside ${webhook.asked.open} hanging writes`,
    );

    const words = /webhook "hangs\.example\.com" did not answer in time for this application's writes of ConfigMap/;
    const told = await eventually(
      () =>
        world.said.applied.findLast(
          ({ unit, reason, failed }) =>
            unit?.app === "hung" &&
            [reason, ...failed.map((each) => each.reason)].some((each) => words.test(each?.message ?? "")),
        ) ?? false,
      { timeoutMs: 90_000 },
    );
    expect(told.result).toBe(ApplyResult.FAILED);
    expect(world.said.health.findLast(({ unit }) => unit?.app === "other-0")?.sync).toBe(Sync.SYNCED);
    const before = webhook.asked.times;
    expect(before).toBeLessThan(2 * 16); // four tries of each of forty would be 160
    expect(await deploy(6)).toBeGreaterThan(0);
    expect(webhook.asked.times - before).toBeLessThanOrEqual(2);
    webhook.release();
    await eventually(() => isApplied("hung"), { timeoutMs: 120_000 });
    await removeLive(world, { ...hangs, metadata: { name: "hangs", namespace: "" } });
  }, 300_000);
});
