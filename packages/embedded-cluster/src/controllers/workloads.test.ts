import { describe, expect, test } from "vitest";

import { openControlled } from "../testdata/controlled-cluster.ts";
import type { Controlled } from "../testdata/controlled-cluster.ts";

const pods = (world: Controlled) => world.list("", "pods", "default");
const names = (world: Controlled) => pods(world).map((pod) => pod.metadata["name"] as string);
const imageOf = (pod: object) => (pod as { spec: { containers: { image: string }[] } }).spec.containers[0]!.image;

const database = (image: string, replicas = 3, more = "") => `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: default }
spec:
  serviceName: db
  replicas: ${replicas}
  selector: { matchLabels: { app: db } }
  ${more}
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "${image}" }] }
`;

describe("a StatefulSet", () => {
  const set = (world: Controlled) => world.get("apps statefulsets default db");

  test("starts its pods one after another, is Progressing until all are ready", async () => {
    await using world = await openControlled();
    await world.apply(database("db:1"));
    expect(names(world)).toEqual(["db-0"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Progressing" });
    await world.pass(5_000);
    expect(names(world)).toEqual(["db-0", "db-1"]);
    await world.pass(10_000);
    expect(names(world)).toEqual(["db-0", "db-1", "db-2"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
    expect(pods(world)[0]).toMatchObject({
      metadata: {
        labels: { app: "db", "apps.kubernetes.io/pod-index": "0", "statefulset.kubernetes.io/pod-name": "db-0" },
      },
      spec: { hostname: "db-0", subdomain: "db" },
    });
  });

  test("replaces them from the last on when the template changes", async () => {
    await using world = await openControlled();
    await world.apply(database("db:1", 2));
    await world.pass(12_000);
    const order: string[] = [];
    const stop = world.cluster.store.subscribe("", "pods", ({ object, type }) => {
      if (type !== "MODIFIED") order.push(`${type} ${object.key.name}`);
    });
    await world.apply(database("db:2", 2));
    expect(world.healthOf(set(world))).toMatchObject({ status: "Progressing" });
    await world.pass(30_000);
    stop();
    expect(order).toEqual(["DELETED db-1", "ADDED db-1", "DELETED db-0", "ADDED db-0"]);
    expect(pods(world).map(imageOf)).toEqual(["db:2", "db:2"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
    expect(world.list("apps", "controllerrevisions", "default").map(({ revision }) => revision)).toHaveLength(2);
  });

  test("with a partition changes only those above it", async () => {
    const partition = "updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 1 } }";
    await using world = await openControlled();
    await world.apply(database("db:1", 2, partition));
    await world.pass(12_000);
    await world.apply(database("db:2", 2, partition));
    await world.pass(30_000);
    expect(pods(world).map(imageOf)).toEqual(["db:1", "db:2"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
  });

  test("in parallel starts all at once; scaled down it loses the highest", async () => {
    await using world = await openControlled();
    await world.apply(database("db:1", 3, "podManagementPolicy: Parallel"));
    expect(names(world)).toHaveLength(3);
    await world.apply(database("db:1", 1, "podManagementPolicy: Parallel"));
    await world.pass(12_000);
    expect(names(world)).toEqual(["db-0"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
  });

  test("has a claim for each pod of its template", async () => {
    await using world = await openControlled();
    const claim = `volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }`;
    await world.apply(database("db:1", 2, claim));
    await world.pass(12_000);
    expect(world.list("", "persistentvolumeclaims", "default").map(({ metadata }) => metadata["name"])).toEqual([
      "data-db-0",
      "data-db-1",
    ]);
    expect((pods(world)[1]!["spec"] as { volumes: unknown }).volumes).toEqual([
      { name: "data", persistentVolumeClaim: { claimName: "data-db-1" } },
    ]);
  });
});

describe("a DaemonSet", () => {
  const agent = (image: string) => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: default }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: "${image}" }] }
`;
  const set = (world: Controlled) => world.get("apps daemonsets default agent");

  test("has one pod on the one node, replaced with its template", async () => {
    await using world = await openControlled();
    await world.apply(agent("agent:1"));
    expect(world.healthOf(set(world))).toMatchObject({ status: "Progressing" });
    await world.pass(6_000);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
    await world.apply(agent("agent:2"));
    expect(world.healthOf(set(world))).toMatchObject({ status: "Progressing" });
    await world.pass(15_000);
    expect(pods(world).map(imageOf)).toEqual(["agent:2"]);
    expect(world.healthOf(set(world))).toMatchObject({ status: "Healthy" });
  });
});

describe("a Job", () => {
  const job = (more = "", container = "image: job") => `
apiVersion: batch/v1
kind: Job
metadata: { name: once, namespace: default }
spec:
  ${more}
  template:
    spec: { restartPolicy: Never, containers: [{ name: once, ${container} }] }
`;
  const once = (world: Controlled) => world.get("batch jobs default once");

  test("is complete after its pod has ended, and goes by its TTL with its pods", async () => {
    await using world = await openControlled();
    await world.apply(job("ttlSecondsAfterFinished: 60"));
    expect(world.healthOf(once(world))).toMatchObject({ status: "Progressing" });
    await world.pass(6_000);
    expect(world.healthOf(once(world))).toMatchObject({ status: "Healthy" });
    expect(once(world)).toMatchObject({ status: { succeeded: 1, completionTime: "2026-01-01T00:00:05Z" } });
    await world.pass(70_000);
    expect(once(world)).toBeUndefined();
    expect(pods(world)).toEqual([]);
  });

  test("runs as many at a time as it may until enough have succeeded", async () => {
    await using world = await openControlled();
    await world.apply(job("{ completions: 5, parallelism: 2 }".slice(1, -1).trim().replace(", ", "\n  ")));
    expect(pods(world)).toHaveLength(2);
    await world.pass(20_000);
    expect(pods(world)).toHaveLength(5);
    expect(once(world)).toMatchObject({ status: { succeeded: 5 } });
  });

  test("whose pods fail is Degraded once its retries are used up", async () => {
    await using world = await openControlled();
    await world.apply(job("backoffLimit: 2", 'image: job, command: [sh, -c, "exit 1"]'));
    await world.pass(30_000);
    expect(world.healthOf(once(world))).toMatchObject({ status: "Degraded", reason: "BackoffLimitExceeded" });
    expect(once(world)).toMatchObject({ status: { failed: 3 } });
  });

  test("suspended waits until it is resumed", async () => {
    await using world = await openControlled();
    await world.apply(job("suspend: true"));
    await world.pass(10_000);
    expect(world.healthOf(once(world))).toMatchObject({ status: "Suspended" });
    await world.apply(job("suspend: false"));
    await world.pass(10_000);
    expect(world.healthOf(once(world))).toMatchObject({ status: "Healthy" });
  });
});

test.each([
  ["StatefulSet", database("db:1"), "apps statefulsets default db"],
  [
    "Job",
    "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j, namespace: default}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: c}]}}}",
    "batch jobs default j",
  ],
  [
    "ReplicaSet",
    "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: r, namespace: default}\nspec: {replicas: 2, selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}}",
    "apps replicasets default r",
  ],
  [
    "DaemonSet",
    "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: d, namespace: default}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: c}]}}}",
    "apps daemonsets default d",
  ],
])("a %s without pods becomes healthy by time alone, then rests", async (_kind, text, path) => {
  await using world = await openControlled({ pods: false });
  await world.apply(text);
  expect(world.healthOf(world.get(path))).toMatchObject({ status: "Progressing" });
  await world.pass(6_000);
  expect(world.healthOf(world.get(path))).toMatchObject({ status: "Healthy" });
  const revision = world.cluster.store.revision();
  await world.pass(30_000);
  expect(world.cluster.store.revision()).toBe(revision);
});
