import type { Cluster } from "@evenkeel/declarations";
import { createEmbeddedCluster, createManualClock, openAddress, openAddresses } from "@evenkeel/embedded-cluster";
import { OtherCluster, boundTo } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { createMetrics, silentTelemetry } from "@evenkeel/telemetry";
import { expect, test } from "vitest";

import { openClusters } from "./clusters.ts";

const forever = new AbortController().signal;
const declared = (context: string) => ({ metadata: { name: "prod" }, spec: { connection: { context } } }) as Cluster;
const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data: {} };
const apply = (kube: Kube) => kube.serverSideApply({ object, force: true, dryRun: false }, forever);

/** Clusters in this process, each at an address of its own, on a clock that only the test moves. */
const setUp = () => {
  const clock = createManualClock();
  const [blue, green] = ["blue", "green"].map((name) => createEmbeddedCluster({ name, clock }));
  if (blue === undefined || green === undefined) throw new RangeError("two clusters were made");
  const addresses = new Map([
    ["blue", openAddress(blue)],
    ["green", openAddress(green)],
  ]);
  const metrics = createMetrics(silentTelemetry().meter);
  const answered: string[] = [];
  const openCluster = openAddresses((name) => addresses.get(name));
  const clusters = openClusters(openCluster, { metrics, clock }, (name) => answered.push(name), forever);
  /** Lets seconds pass, so many at most, until something holds. */
  const pass = async (seconds: number, isSo: () => boolean): Promise<void> => {
    for (let left = seconds; left > 0 && !isSo(); left -= 1) {
      await new Promise((resolve) => void setImmediate(resolve));
      clock.advance(1_000);
    }
    await new Promise((resolve) => void setImmediate(resolve));
  };
  return { answered, pass, blue, green, clusters, at: (name: string) => addresses.get(name)! };
};
const held = ({ store }: ReturnType<typeof createEmbeddedCluster>) => store.list("", "configmaps").length;

test("a cluster is whatever its declared connection leads to, and one connection is kept for it", async () => {
  const { blue, clusters, green } = setUp();
  const kube = await clusters.kubeFor(declared("blue"), forever);
  expect(await clusters.kubeFor(declared("blue"), forever)).toBe(kube);
  await apply(kube);
  expect([held(blue), held(green)]).toEqual([1, 0]);
  await apply(await clusters.kubeFor(declared("green"), forever)); // the declaration points elsewhere now
  expect([held(blue), held(green)]).toEqual([1, 1]);
});

test("a connection that leads to another cluster by now takes nothing that was meant for the former", async () => {
  const { at, clusters, green } = setUp();
  const kube = await clusters.kubeFor(declared("blue"), forever);
  const bound = boundTo(kube, await kube.clusterUid(forever));
  await apply(bound);
  at("blue").leadTo(green);
  await expect(apply(bound)).rejects.toBeInstanceOf(OtherCluster);
  expect(held(green)).toBe(0);
});

test.each([
  ["refused", { errorClass: "TRANSIENT", reason: "ECONNREFUSED" }],
  ["certificate expired", { errorClass: "TLS" }],
  ["unauthorized", { errorClass: "AUTH" }],
] as const)("one that is %s is told by its class, and found once that has ended", async (behind, expected) => {
  const { at, blue, clusters, pass } = setUp();
  at("blue").leadTo(behind);
  await expect(clusters.kubeFor(declared("blue"), forever)).rejects.toMatchObject(expected);
  await pass(1, () => clusters.laneOf("prod").isSilent());
  at("blue").leadTo(blue);
  await pass(60, () => !clusters.laneOf("prod").isSilent());
  await apply(await clusters.kubeFor(declared("blue"), forever));
});

test("one that falls silent is given up by the clock, and told of once it answers", async () => {
  const { answered, at, blue, clusters, pass } = setUp();
  const kube = await clusters.kubeFor(declared("blue"), forever);
  at("blue").leadTo("silent");
  const call = expect(apply(kube)).rejects.toMatchObject({ errorClass: "TRANSIENT" });
  await pass(12, () => clusters.laneOf("prod").isSilent());
  await call;
  expect(clusters.laneOf("prod").isSilent()).toBe(true);
  at("blue").leadTo(blue);
  await pass(60, () => answered.length > 0);
  expect(answered).toEqual(["prod"]);
});
