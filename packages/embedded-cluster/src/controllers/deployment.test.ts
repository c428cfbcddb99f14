import { describe, expect, test } from "vitest";

import { openControlled } from "../testdata/controlled-cluster.ts";
import type { Controlled } from "../testdata/controlled-cluster.ts";

const web = (image = "shop/web:1", replicas = 3, more = "") => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default, annotations: { team: shop } }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  ${more}
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: "${image}" }]
`;
const deployment = (world: Controlled) => world.get("apps deployments default web")!;
const pods = (world: Controlled) => world.list("", "pods", "default");
const sets = (world: Controlled) => world.list("apps", "replicasets", "default");
const conditions = (world: Controlled) =>
  Object.fromEntries(
    (((deployment(world)["status"] as Record<string, unknown>)["conditions"] ?? []) as Record<string, string>[]).map(
      ({ reason, status, type }) => [type, `${status} ${reason}`],
    ),
  );

describe("a Deployment", () => {
  test("is Progressing until its pods are ready, then Healthy", async () => {
    await using world = await openControlled();
    await world.apply(web());
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    expect(conditions(world)).toEqual({
      Available: "False MinimumReplicasUnavailable",
      Progressing: "True ReplicaSetUpdated",
    });
    expect(pods(world).map((pod) => (pod["status"] as { phase: string }).phase)).toEqual([
      "Pending",
      "Pending",
      "Pending",
    ]);
    await world.pass(5_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    expect(conditions(world)).toEqual({
      Available: "True MinimumReplicasAvailable",
      Progressing: "True NewReplicaSetAvailable",
    });
    expect(deployment(world)).toMatchObject({
      metadata: { generation: 1, annotations: { "deployment.kubernetes.io/revision": "1", team: "shop" } },
      status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 },
    });
    for (const pod of pods(world)) expect(world.healthOf(pod)).toMatchObject({ status: "Healthy" });
    for (const set of sets(world)) expect(world.healthOf(set)).toMatchObject({ status: "Healthy" });
  });

  test("rolls a changed template out: never below what must be available, old pods gone at the end", async () => {
    await using world = await openControlled();
    await world.apply(web("shop/web:1", 4));
    await world.pass(5_000);
    let least = Infinity;
    let most = 0;
    const stop = world.cluster.store.subscribeAll(() => {
      const live = pods(world);
      const ready = live.filter((pod) => {
        const known = ((pod["status"] as Record<string, unknown>)["conditions"] ?? []) as Record<string, string>[];
        const isReady = known.some((condition) => condition["type"] === "Ready" && condition["status"] === "True");
        return isReady && pod.metadata["deletionTimestamp"] === undefined;
      });
      least = Math.min(least, ready.length);
      most = Math.max(most, live.filter((pod) => pod.metadata["deletionTimestamp"] === undefined).length);
    });
    await world.apply(web("shop/web:2", 4));
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    await world.pass(60_000);
    stop();
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    expect([least, most]).toEqual([3, 5]);
    expect(pods(world).map((pod) => (pod["spec"] as { containers: { image: string }[] }).containers[0]!.image)).toEqual(
      Array.from({ length: 4 }, () => "shop/web:2"),
    );
    expect(
      sets(world)
        .map((set) => (set["spec"] as { replicas: number }).replicas)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 4]);
    expect(deployment(world)).toMatchObject({
      metadata: { annotations: { "deployment.kubernetes.io/revision": "2" } },
    });
  });

  test("goes back to an old ReplicaSet instead of making a third", async () => {
    await using world = await openControlled();
    for (const image of ["shop/web:1", "shop/web:2", "shop/web:1"]) {
      await world.apply(web(image));
      await world.pass(60_000);
    }
    expect(sets(world)).toHaveLength(2);
    expect(deployment(world)).toMatchObject({
      metadata: { annotations: { "deployment.kubernetes.io/revision": "3" } },
      status: { updatedReplicas: 3, availableReplicas: 3, replicas: 3 },
    });
  });

  test("with strategy Recreate has no pods of both templates at once", async () => {
    await using world = await openControlled();
    await world.apply(web("shop/web:1", 2, "strategy: { type: Recreate }"));
    await world.pass(10_000);
    const seen = new Set<string>();
    const stop = world.cluster.store.subscribeAll(() => {
      const images = pods(world).map(
        (pod) => (pod["spec"] as { containers: { image: string }[] }).containers[0]!.image,
      );
      seen.add([...new Set(images)].toSorted().join());
    });
    await world.apply(web("shop/web:2", 2, "strategy: { type: Recreate }"));
    await world.pass(30_000);
    stop();
    expect([...seen].toSorted()).toEqual(["", "shop/web:1", "shop/web:2"]);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
  });

  test("whose image cannot be pulled is Degraded past its deadline, its pods at once, and heals with a good one", async () => {
    await using world = await openControlled();
    await world.apply(web("registry.invalid/web:1", 1, "progressDeadlineSeconds: 30"));
    await world.pass(10_000);
    expect(world.healthOf(pods(world)[0])).toMatchObject({ status: "Degraded", reason: "ImagePullBackOff" });
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    await world.pass(40_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Degraded", reason: "ProgressDeadlineExceeded" });
    await world.apply(web("shop/web:1", 1, "progressDeadlineSeconds: 30"));
    await world.pass(20_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    expect(pods(world)).toHaveLength(1);
  });

  test("is scaled down and up, also by /scale, and a deleted pod is replaced", async () => {
    await using world = await openControlled();
    await world.apply(web("shop/web:1", 3));
    await world.pass(6_000);
    await world.call("PATCH", "/apis/apps/v1/namespaces/default/deployments/web/scale", { spec: { replicas: 1 } });
    await world.pass(10_000);
    expect(pods(world)).toHaveLength(1);
    expect(deployment(world)).toMatchObject({ status: { replicas: 1, availableReplicas: 1 } });
    const name = pods(world)[0]!.metadata["name"] as string;
    await world.call("DELETE", `/api/v1/namespaces/default/pods/${name}`);
    await world.pass(15_000);
    expect(pods(world)).toHaveLength(1);
    expect(pods(world)[0]!.metadata["name"]).not.toBe(name);
  });

  test("paused makes no new pods for a new template", async () => {
    await using world = await openControlled();
    await world.apply(web("shop/web:1", 1));
    await world.pass(6_000);
    await world.apply(web("shop/web:2", 1, "paused: true"));
    await world.pass(10_000);
    expect(sets(world)).toHaveLength(1);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Suspended" });
    expect(deployment(world)).toMatchObject({
      status: { observedGeneration: deployment(world).metadata["generation"]! },
    });
  });

  test("whose pods are refused says so, and goes on once they are not", async () => {
    await using world = await openControlled();
    const allow = world.cluster.validate({
      name: "no.pods",
      review: ({ kind, operation }) => (kind === "Pod" && operation === "CREATE" ? { message: "full" } : undefined),
    });
    await world.apply(web("shop/web:1", 1));
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Degraded", reason: "FailedCreate" });
    allow();
    await world.pass(70_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
  });

  test("writes as the manager that it has in a real cluster, and rests when all is done", async () => {
    await using world = await openControlled();
    await world.apply(web());
    await world.pass(10_000);
    const managers = (deployment(world).metadata["managedFields"] as { manager: string; subresource?: string }[]).map(
      ({ manager, subresource }) => `${manager} ${subresource ?? ""}`.trim(),
    );
    expect(managers).toEqual(["tester", "kube-controller-manager status"]);
    const revision = world.cluster.store.revision();
    await world.pass(120_000);
    expect(world.cluster.store.revision()).toBe(revision);
  });
});

describe("a Deployment without pods", () => {
  test("gets the same status by time alone, with two writes", async () => {
    await using world = await openControlled({ pods: false });
    const before = world.cluster.store.revision();
    await world.apply(web());
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    await world.pass(5_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    expect(world.cluster.store.revision() - before).toBe(1 + 2);
    await world.apply(web("shop/web:2"));
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    await world.pass(5_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    expect(pods(world)).toEqual([]);
  });

  test("whose new template cannot run is Degraded past its deadline", async () => {
    await using world = await openControlled({ pods: false });
    await world.apply(web("shop/web:1", 2, "progressDeadlineSeconds: 30"));
    await world.pass(6_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Healthy" });
    await world.apply(web("registry.invalid/web:1", 2, "progressDeadlineSeconds: 30"));
    await world.pass(20_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Progressing" });
    await world.pass(40_000);
    expect(world.healthOf(deployment(world))).toMatchObject({ status: "Degraded", reason: "ProgressDeadlineExceeded" });
  });
});
