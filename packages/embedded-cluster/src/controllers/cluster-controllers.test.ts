import { describe, expect, test } from "vitest";

import { openControlled } from "../testdata/controlled-cluster.ts";
import type { Controlled } from "../testdata/controlled-cluster.ts";
import { DESIRED_REPLICAS } from "./autoscaler.ts";

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

describe("a Service", () => {
  const service = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: default }
spec: { selector: { app: web }, ports: [{ name: web, port: 80, targetPort: http }] }
`;
  const slices = (world: Controlled) =>
    world
      .list("discovery.k8s.io", "endpointslices", "default")
      .filter(({ metadata }) => (metadata["labels"] as Record<string, string>)["kubernetes.io/service-name"] === "web");

  test("leads to the ready pods that it selects, in both forms", async () => {
    await using world = await openControlled();
    await world.apply(service);
    await world.apply(web());
    await world.pass(6_000);
    const [slice, ...more] = slices(world) as unknown as {
      endpoints: { addresses: string[]; conditions: object }[];
      ports: object[];
    }[];
    expect(more).toEqual([]);
    expect(slice!.ports).toEqual([{ name: "web", port: 8080, protocol: "TCP" }]);
    expect(slice!.endpoints.map(({ conditions }) => conditions)).toEqual(
      [1, 2].map(() => ({ ready: true, serving: true, terminating: false })),
    );
    const endpoints = world.get("core endpoints default web") as unknown as {
      subsets: { addresses: { ip: string }[] }[];
    };
    expect(endpoints.subsets[0]!.addresses.map(({ ip }) => ip).toSorted()).toEqual(
      slice!.endpoints.flatMap(({ addresses }) => addresses).toSorted(),
    );
    await world.apply(web(0));
    await world.pass(10_000);
    expect(slices(world)[0]).toMatchObject({ endpoints: null });
    await world.call("DELETE", "/api/v1/namespaces/default/services/web");
    expect(slices(world)).toEqual([]);
  });
});

test("a pod that nobody made runs and is led to, too", async () => {
  await using world = await openControlled();
  await world.apply(`
apiVersion: v1
kind: Service
metadata: { name: lone, namespace: default }
spec: { selector: { app: lone }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: lone, namespace: default, labels: { app: lone } }
spec: { containers: [{ name: c, image: c }] }
`);
  await world.pass(6_000);
  expect(world.healthOf(world.get("core pods default lone"))).toMatchObject({ status: "Healthy" });
  expect(world.get("core endpoints default lone")).toMatchObject({
    subsets: [{ addresses: [{}], ports: [{ port: 80 }] }],
  });
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

test("an autoscaler holds its target within its limits, by /scale", async () => {
  await using world = await openControlled();
  await world.apply(web(1));
  await world.apply(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web, namespace: default }
spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`);
  const replicas = () => (world.get("apps deployments default web")!["spec"] as { replicas: number }).replicas;
  expect(replicas()).toBe(2);
  const path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/web";
  await world.call("PATCH", path, { metadata: { annotations: { [DESIRED_REPLICAS]: "9" } } });
  expect(replicas()).toBe(4);
  const fields = world.get("apps deployments default web")!.metadata["managedFields"] as {
    manager: string;
    subresource?: string;
  }[];
  expect(fields.map(({ manager, subresource }) => `${manager} ${subresource ?? ""}`)).toContain(
    "kube-controller-manager scale",
  );
  await world.pass(10_000);
  expect(world.healthOf(world.get("autoscaling horizontalpodautoscalers default web"))).toMatchObject({
    status: "Healthy",
  });
});
