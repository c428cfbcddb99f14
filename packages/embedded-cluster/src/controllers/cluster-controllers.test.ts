import { describe, expect, test } from "vitest";

import { openControlled } from "../testdata/controlled-cluster.ts";
import type { Controlled } from "../testdata/controlled-cluster.ts";

const web = (replicas = 2) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: default }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, ports: [{ name: http, containerPort: 8080 }] }] }
`;
const count = (world: Controlled) => ({
  deployments: world.list("apps", "deployments").length,
  sets: world.list("apps", "replicasets").length,
  pods: world.list("", "pods").length,
});
const DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";

test("a pod that nobody made runs, too", async () => {
  await using world = await openControlled();
  await world.apply(`
apiVersion: v1
kind: Pod
metadata: { name: lone, namespace: default, labels: { app: lone } }
spec: { containers: [{ name: c, image: c }] }
`);
  await world.pass(6_000);
  expect(world.healthOf(world.get("core pods default lone"))).toMatchObject({ status: "Healthy" });
});

describe("the garbage collector", () => {
  test("deletes in the background what an owner leaves behind", async () => {
    await using world = await openControlled();
    await world.apply(web());
    await world.pass(6_000);
    await world.call("DELETE", DEPLOYMENT, { propagationPolicy: "Background" });
    await world.pass(10_000);
    expect(count(world)).toEqual({ deployments: 0, sets: 0, pods: 0 });
  });

  test("in the foreground keeps the owner until its dependents are gone", async () => {
    await using world = await openControlled();
    await world.apply(web());
    await world.pass(6_000);
    const order: string[] = [];
    world.cluster.store.subscribeAll(({ object, type }) => {
      if (type === "DELETED") order.push(object.key.plural);
    });
    await world.call("DELETE", DEPLOYMENT, { propagationPolicy: "Foreground" });
    expect(count(world)).toEqual({ deployments: 1, sets: 1, pods: 2 });
    await world.pass(10_000);
    expect(order).toEqual(["pods", "pods", "replicasets", "deployments"]);
  });

  test("orphans when told: the dependents stay, without an owner", async () => {
    await using world = await openControlled();
    await world.apply(web());
    await world.pass(6_000);
    await world.call("DELETE", DEPLOYMENT, { propagationPolicy: "Orphan" });
    await world.pass(5_000);
    expect(count(world)).toEqual({ deployments: 0, sets: 1, pods: 2 });
    expect(world.list("apps", "replicasets")[0]!.metadata["ownerReferences"]).toBeUndefined();
  });

  test("deletes what names an owner that never was, and releases what has another", async () => {
    await using world = await openControlled();
    const { body: owner } = await world.call("POST", "/api/v1/namespaces/default/configmaps", {
      metadata: { name: "owner" },
    });
    const ref = (uid: string, name: string) => ({ apiVersion: "v1", kind: "ConfigMap", name, uid });
    const real = ref(owner.metadata["uid"] as string, "owner");
    const gone = ref("00000000-0000-4000-8000-000000000000", "gone");
    for (const [name, ownerReferences] of [
      ["lost", [gone]],
      ["held", [gone, real]],
    ] as const) {
      await world.call("POST", "/api/v1/namespaces/default/configmaps", { metadata: { name, ownerReferences } });
    }
    expect(world.get("core configmaps default lost")).toBeUndefined();
    expect(world.get("core configmaps default held")!.metadata["ownerReferences"]).toEqual([real]);
  });

  test("knows what was there before it was started", async () => {
    await using world = await openControlled({ only: ["deployment", "replicaset", "kubelet"] });
    await world.apply(web());
    await world.pass(6_000);
    await world.call("DELETE", DEPLOYMENT, { propagationPolicy: "Background" });
    expect(count(world)).toMatchObject({ deployments: 0, sets: 1 });
    const { startControllers } = await import("./start-controllers.ts");
    await using collector = startControllers(world.cluster, { only: ["garbage-collector"] });
    await collector.idle();
    await world.pass(10_000);
    await collector.idle();
    await world.pass(10_000);
    expect(count(world)).toEqual({ deployments: 0, sets: 0, pods: 0 });
  });
});

describe("a namespace that ends", () => {
  const shop = (name: string) => `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}, namespace: shop }
`;
  test("is emptied, then goes; its account came with it", async () => {
    await using world = await openControlled();
    await world.apply(shop("a"));
    await world.apply(web().replace("namespace: default", "namespace: shop"));
    await world.pass(6_000);
    expect(world.get("core serviceaccounts shop default")).toBeDefined();
    await world.call("DELETE", "/api/v1/namespaces/shop");
    expect(world.get("core namespaces - shop")).toMatchObject({ status: { phase: "Terminating" } });
    await world.pass(15_000);
    expect(world.get("core namespaces - shop")).toBeUndefined();
    expect(world.list("", "configmaps", "shop")).toEqual([]);
    expect(count(world)).toEqual({ deployments: 0, sets: 0, pods: 0 });
  });

  test("tells what holds it, and goes once that lets go", async () => {
    await using world = await openControlled();
    await world.apply(shop("a").replace("name: a,", "name: a, finalizers: [example.com/hold],"));
    await world.call("DELETE", "/api/v1/namespaces/shop");
    const status = world.get("core namespaces - shop")!["status"] as {
      conditions: { type: string; message: string }[];
    };
    expect(Object.fromEntries(status.conditions.map(({ message, type }) => [type, message]))).toMatchObject({
      NamespaceContentRemaining: "Some resources are remaining: configmaps. has 1 resource instances",
      NamespaceFinalizersRemaining:
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    });
    await world.call("PATCH", "/api/v1/namespaces/shop/configmaps/a", { metadata: { finalizers: null } });
    expect(world.get("core namespaces - shop")).toBeUndefined();
  });
});

test("every namespace has its account, and the root certificate when there is one", async () => {
  await using world = await openControlled({ rootCa: "PEM" });
  await world.call("DELETE", "/api/v1/namespaces/default/serviceaccounts/default");
  for (const namespace of ["default", "kube-system"]) {
    expect(world.get(`core serviceaccounts ${namespace} default`)).toBeDefined();
    expect(world.get(`core configmaps ${namespace} kube-root-ca.crt`)).toMatchObject({ data: { "ca.crt": "PEM" } });
  }
});
