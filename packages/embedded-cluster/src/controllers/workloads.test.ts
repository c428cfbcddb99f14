import { expect, test } from "vitest";

import { openControlled } from "../testdata/controlled-cluster.ts";

const database = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: default }
spec:
  serviceName: db
  replicas: 3
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: db, image: "db:1" }] }
`;

test.each([
  ["StatefulSet", database, "apps statefulsets default db"],
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
