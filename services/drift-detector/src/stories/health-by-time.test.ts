import { Health } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually } from "@evenkeel/testing";
import { expect, test } from "vitest";

import { createHurriedClock } from "./hurried-clock.fixture.ts";
import { startStory } from "./story.fixture.ts";

const signal = AbortSignal.timeout(120_000);

/** As PrometheusRule, ServiceMonitor or an Argo CD Application without its controller: a spec, and nobody who writes a status. */
const definition = (kind: string, plural: string, withStatus: boolean): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.time.example.com` },
  spec: {
    group: "time.example.com",
    scope: "Namespaced",
    names: { kind, plural, singular: plural.slice(0, -1), listKind: `${kind}List` },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        ...(withStatus ? { subresources: { status: {} } } : {}),
        schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      },
    ],
  },
});

test.skipIf(!controlPlaneAvailable)(
  "custom resources without a status are Progressing for 30 s, and then Healthy without an event or a restart",
  async () => {
    const clock = createHurriedClock();
    await using story = await startStory("correct", undefined, [], clock);
    const kinds = [definition("Silent", "silents", false), definition("Quiet", "quiets", true)];
    for (const object of kinds) await story.kube.serverSideApply({ object, force: true, dryRun: false }, signal);
    const objects = ["Silent", "Quiet"].map((kind): KubeObject => ({
      apiVersion: "time.example.com/v1",
      kind,
      metadata: { name: "a" },
      spec: { groups: [] },
    }));
    await eventually(async () => {
      // By itself a missing kind is asked for again each 10 s only.
      await story.kube.discovery.refresh(signal);
      for (const { kind } of objects)
        await story.kube.resourceOf({ group: "time.example.com", version: "v1", kind }, signal);
      return story.kube.discovery.resolve("time.example.com", "Quiet") !== undefined;
    });
    await story.desire(objects, 1);
    await eventually(() => story.apply(objects, 1).then(() => true));
    const waiting = await story.heard.until("health", ({ unhealthy }) => unhealthy.length === 2);
    expect(waiting.health).toBe(Health.PROGRESSING);
    for (const { message } of waiting.unhealthy) expect(message).toMatch(/^NoStatus/);
    const before = story.heard.health.length;
    clock.leap(31_000);
    const healthy = await story.heard.until("health", ({ health }) => health === Health.HEALTHY, before);
    expect(healthy.unhealthy).toEqual([]);
  },
  180_000, // an API server starts within it
);
