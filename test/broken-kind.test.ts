import { Sync } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openDriftWorld } from "./drift-world.ts";
import type { DriftWorld } from "./drift-world.ts";
import { editLive } from "./edit-live.ts";

const never = new AbortController().signal;
const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };

/** Kept as v1 and used as v2; broken, a webhook that nobody answers is to convert it. */
const definition = (plural: string, isBroken: boolean): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.broken.example.com` },
  spec: {
    group: "broken.example.com",
    scope: "Namespaced",
    names: { kind: kindOf(plural), plural, singular: plural.slice(0, -1), listKind: `${kindOf(plural)}List` },
    versions: ["v1", "v2"].map((name) => ({ name, served: true, storage: name === "v1", schema })),
    conversion: isBroken
      ? {
          strategy: "Webhook",
          webhook: { conversionReviewVersions: ["v1"], clientConfig: { url: "https://127.0.0.1:1/convert" } },
        }
      : { strategy: "None" },
  },
});
const kindOf = (plural: string): string => `${plural[0]!.toUpperCase()}${plural.slice(1, -1)}`;
const custom = (plural: string): KubeObject => ({
  apiVersion: "broken.example.com/v2",
  kind: kindOf(plural),
  metadata: { name: "one" },
  spec: { size: 1 },
});
const configMap = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { value: "git" },
});
const plurals = ["gadgets", "widgets"];

describe.skipIf(!controlPlaneAvailable)("kinds whose conversion webhook is broken, on a real kube-apiserver", () => {
  let plane: ControlPlane;
  let world: DriftWorld;
  beforeAll(async () => {
    plane = await startControlPlane();
    world = await openDriftWorld({ local: plane.kubeconfigPath });
  }, 180_000);
  afterAll(async () => {
    await world?.[Symbol.asyncDispose]();
    await plane?.[Symbol.asyncDispose]();
  }, 60_000);
  const define = async (isBroken: boolean): Promise<void> => {
    for (const plural of plurals) {
      const object = definition(plural, isBroken);
      await world.kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, never);
    }
  };
  const isAt = (app: string, sync: Sync): boolean =>
    world.said.health.findLast(({ unit }) => unit?.app === app)?.sync === sync;
  const valueOf = async (name: string): Promise<unknown> =>
    ((await world.live(configMap(name)))?.["data"] as Record<string, unknown> | undefined)?.["value"];
  /** How long an edit by hand stood, in ms. */
  const correction = async (name: string): Promise<number> => {
    await editLive(world, configMap(name), { data: { value: "hand" } });
    const at = performance.now();
    await eventually(async () => (await valueOf(name)) === "git", { timeoutMs: 30_000 });
    return performance.now() - at;
  };

  test("hold up neither other units nor the other objects of their own, also after a restart", async () => {
    await define(false);
    await world.desire("custom", [...plurals.map(custom), configMap("beside")], 1);
    await world.desire("plain", [configMap("alone")], 1);
    for (const app of ["custom", "plain"]) await eventually(() => isAt(app, Sync.SYNCED), { timeoutMs: 30_000 });
    await define(true);
    const answers = async (): Promise<number> =>
      (await world.kube.transport.request({ method: "GET", path: "/apis/broken.example.com/v2/gadgets" }, never))
        .status;
    await eventually(async () => (await answers()) === 429, { timeoutMs: 60_000, intervalMs: 200 });
    const stood: number[] = [];
    for (let n = 0; n < 5; n += 1) for (const name of ["alone", "beside"]) stood.push(await correction(name));
    await world.restart("drift-detector");
    for (let n = 0; n < 5; n += 1) for (const name of ["alone", "beside"]) stood.push(await correction(name));
    expect(Math.max(...stood), `ms: ${stood.map(Math.round).join(" ")}`).toBeLessThan(2_000);
    await eventually(() => isAt("custom", Sync.UNKNOWN), { timeoutMs: 40_000 });
    expect(isAt("plain", Sync.SYNCED)).toBe(true);
    const told = world.said.health.findLast(({ unit }) => unit?.app === "custom");
    expect(told?.message).toMatch(/^(?:Gadget|Widget) cannot be watched: /);
    await define(false);
    await eventually(() => isAt("custom", Sync.SYNCED), { timeoutMs: 60_000 });
  }, 240_000);
});
