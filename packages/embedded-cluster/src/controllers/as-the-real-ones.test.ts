import { connectKube, discover, loadKubeconfig, openKube } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { findProgram } from "@evenkeel/programs";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { openInProcess } from "../front/open-in-process.ts";
import { forever } from "../testdata/both-fronts.ts";
import type { ControllerName } from "./controller.ts";
import { startControllers } from "./start-controllers.ts";

/** All but the kubelet, which neither side has: pods are made ready by hand, on both. */
const CONTROLLERS: readonly ControllerName[] = ["deployment", "replicaset", "garbage-collector"];

const template = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: "c", image }] },
});
const deployment = (image: string, replicas = 2, more: object = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default", labels: { tier: "front" }, annotations: { team: "shop" } },
  spec: { replicas, selector: { matchLabels: { app: "web" } }, ...more, template: template("web", image) },
});
type Plain = Record<string, unknown>;

/** Times, uids, versions and hashes differ; so do these of ours, by name. */
const LEFT_OUT = new Set([
  "uid",
  "resourceVersion",
  "creationTimestamp",
  "managedFields",
  "lastTransitionTime",
  "lastUpdateTime",
  "lastProbeTime",
]);
const masked = (value: unknown): unknown => {
  if (typeof value === "string") {
    return value
      .replaceAll(/\b(web)-[a-z0-9]{7,10}\b/g, "$1-HASH")
      .replaceAll(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/g, "UID");
  }
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, member]) => [key, key.endsWith("hash") ? "HASH" : masked(member)]),
  );
};

const inOrder = (list: readonly unknown[]): unknown[] =>
  [...list].toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What a controller is seen by: metadata, status, and of the spec how many. */
const seen = (object: Plain): unknown => {
  const { metadata, spec, status } = masked(object) as { metadata: Plain; spec?: Plain; status?: Plain };
  const conditions = (status?.["conditions"] ?? []) as unknown[];
  return { metadata, replicas: spec?.["replicas"], status: { ...status, conditions: inOrder(conditions) } };
};

const world = (kube: Kube) => {
  const call = async (path: string) => {
    const answer = await kube.transport.request({ method: "GET", path }, forever);
    return JSON.parse(answer.body.toString()) as Plain & { readonly items?: readonly Plain[] };
  };
  const list = async (path: string) => (await call(`${path}?limit=500`)).items ?? [];
  const patchStatus = (name: string, status: object) =>
    kube.transport.request(
      {
        method: "PATCH",
        path: `/api/v1/namespaces/default/pods/${name}/status`,
        headers: { "content-type": "application/strategic-merge-patch+json" },
        body: Buffer.from(JSON.stringify({ status })),
      },
      forever,
    );
  const pods = () => list("/api/v1/namespaces/default/pods");
  return {
    apply: (object: KubeObject) =>
      kube.serverSideApply({ object, force: true, dryRun: false, manager: "tester" }, forever),
    /** In the place of a kubelet. */
    startPods: async (): Promise<void> => {
      for (const pod of await pods()) {
        const { metadata, status } = pod as { metadata: { name: string }; status: Plain };
        if (status["phase"] !== "Pending") continue;
        await patchStatus(metadata.name, {
          phase: "Running",
          startTime: "2026-01-01T00:00:00Z",
          conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }],
        });
      }
    },
    all: async () => ({
      deployments: (await list("/apis/apps/v1/namespaces/default/deployments")).map(seen),
      sets: inOrder((await list("/apis/apps/v1/namespaces/default/replicasets")).map(seen)),
      pods: inOrder((await pods()).map((pod) => masked(withoutName(pod)))),
    }),
  };
};

/** A pod's identity apart from its random name, and what it runs. */
const withoutName = (pod: Plain): unknown => {
  const { metadata, spec } = pod as { metadata: Plain; spec: { containers: { image: string }[] } };
  const { generateName, labels, ownerReferences } = metadata;
  return { generateName, labels, ownerReferences, images: spec.containers.map(({ image }) => image) };
};

type All = Awaited<ReturnType<ReturnType<typeof world>["all"]>>;

/** Workloads that their controller has not finished with: an equality before that would say nothing. */
const unsettled = ({ deployments, sets }: All): readonly unknown[] =>
  [...deployments, ...sets].filter((each) => {
    const { metadata, replicas, status } = each as { metadata: Plain; replicas?: number; status: Plain };
    const updated = status["updatedReplicas"] ?? status["fullyLabeledReplicas"] ?? 0;
    const isPaused = ((status["conditions"] ?? []) as Plain[]).some(({ reason }) => reason === "DeploymentPaused");
    return (
      status["observedGeneration"] !== metadata["generation"] ||
      (status["readyReplicas"] ?? 0) !== replicas ||
      (!isPaused && updated !== replicas)
    );
  });

const isAvailable = controlPlaneAvailable && (await findProgram("kube-controller-manager")).path !== undefined;

describe.skipIf(!isAvailable)("beside a real kube-controller-manager", () => {
  test("a cluster with our controllers comes to the same, step by step", async () => {
    await using plane = await startControlPlane({ controllerManager: true });
    await using realKube = await connectKube(await loadKubeconfig(plane.kubeconfigPath), {}, forever);
    await using cluster = createEmbeddedCluster();
    // Ours puts pods on its one node at once; on the real one nothing schedules them, so they go without a grace period.
    cluster.mutate({
      name: "no.node",
      review: ({ kind, object, operation }) => {
        if (kind === "Pod" && operation === "CREATE") delete (object!["spec"] as Plain)["nodeName"];
        return undefined;
      },
    });
    await using _controllers = startControllers(cluster, { only: CONTROLLERS });
    const transport = openInProcess(cluster);
    const [real, ours] = [world(realKube), world(openKube(transport, await discover(transport, forever)))];
    const both = async (step: (side: typeof real) => Promise<unknown>): Promise<void> => {
      await step(real);
      await step(ours);
    };
    const steps: readonly (readonly [title: string, object: KubeObject])[] = [
      ["a rolled-out Deployment", deployment("web:1")],
      ["a second template", deployment("web:2")],
      ["back to the first", deployment("web:1")],
      ["scaled up", deployment("web:1", 3)],
      ["paused with a new template", deployment("web:3", 3, { paused: true })],
      ["resumed, with another and fewer", deployment("web:4", 1)],
    ];
    for (const [title, object] of steps) {
      await both((side) => side.apply(object));
      await eventually(
        async () => {
          await both((side) => side.startPods());
          const [wanted, found] = [await real.all(), await ours.all()];
          expect(unsettled(wanted), title).toEqual([]);
          expect(found, title).toEqual(wanted);
        },
        { timeoutMs: 60_000, intervalMs: 300 },
      );
    }
    expect((await ours.all()).deployments.length).toBe(1);
  }, 300_000);
});
