import { OtherCluster, boundTo, connectOver } from "@evenkeel/kube";
import type { Kube, KubeCall, WireOptions } from "@evenkeel/kube";
import { describe, expect, test } from "vitest";

import { createEmbeddedCluster } from "../embedded-cluster.ts";
import { createManualClock } from "../faults/manual-clock.ts";
import { forever } from "../testdata/both-fronts.ts";
import { openAddress, openAddresses } from "./address.ts";

const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "default" }, data: {} };
const apply = (kube: Kube) => kube.serverSideApply({ object, force: true, dryRun: false }, forever);
const setUp = (observe: WireOptions["observe"] = () => undefined) => {
  const clock = createManualClock();
  const cluster = createEmbeddedCluster({ name: "a", clock });
  const address = openAddress(cluster);
  const openCluster = openAddresses((name) => (name === "prod" ? address : undefined));
  const open = () => openCluster({ context: "prod" }, { clock, observe });
  const connect = async () => connectOver(await open(), { clock }, forever);
  return { clock, cluster, address, openCluster, open, connect };
};
const namesOn = (cluster: ReturnType<typeof createEmbeddedCluster>) =>
  cluster.store.list("", "configmaps").map(({ key }) => key.name);

describe("what is behind an address", () => {
  test.each([
    ["refused", { errorClass: "TRANSIENT", reason: "ECONNREFUSED" }],
    ["certificate expired", { errorClass: "TLS", reason: "CERT_HAS_EXPIRED" }],
    ["certificate of another", { errorClass: "TLS", reason: "ERR_TLS_CERT_ALTNAME_INVALID" }],
    ["unauthorized", { errorClass: "AUTH", status: 401 }],
  ] as const)("%s: told by its class, and the next call finds what is there then", async (behind, expected) => {
    const { address, cluster, connect } = setUp();
    address.leadTo(behind);
    await expect(connect()).rejects.toMatchObject(expected);
    address.leadTo(cluster);
    await apply(await connect());
  });

  test("silent: nothing but the clock ends the wait for a connection", async () => {
    const { address, clock, open } = setUp();
    address.leadTo("silent");
    const call = (await open()).request({ method: "GET", path: "/version" }, forever);
    await new Promise(setImmediate);
    expect(clock.pending()).toBe(2); // of the connection, and of the call
    clock.advance(10_000);
    await expect(call).rejects.toMatchObject({ errorClass: "TRANSIENT", reason: "UND_ERR_CONNECT_TIMEOUT" });
  });

  test("a name that nobody gave is a connection that cannot be had", async () => {
    const { openCluster } = setUp();
    await expect(openCluster({ context: "other" }, {})).rejects.toThrow('nothing is known of "other"');
  });
});

describe("another cluster behind the same address", () => {
  test("gets nothing that was meant for the former, and ends what was open", async () => {
    const { address, cluster, connect } = setUp();
    const kube = await connect();
    const uid = await kube.clusterUid(forever);
    const bound = boundTo(kube, uid);
    await apply(bound);
    const watch = { method: "GET", path: "/api/v1/configmaps?watch=1&resourceVersion=1" } as const;
    const lines = (await bound.transport.stream(watch, forever))[Symbol.asyncIterator]();
    expect(String((await lines.next()).value)).toContain("ADDED");
    const open = lines.next();
    const latter = createEmbeddedCluster({ name: "a", seed: 2, clock: cluster.clock });
    address.leadTo(latter);
    await expect(open).rejects.toMatchObject({ errorClass: "TRANSIENT", reason: "ECONNRESET" });
    await expect(bound.transport.stream(watch, forever)).rejects.toBeInstanceOf(OtherCluster);
    await expect(apply(bound)).rejects.toBeInstanceOf(OtherCluster);
    expect(namesOn(latter)).toEqual([]);
    const found = await kube.clusterUid(forever);
    expect(found).not.toBe(uid);
    await apply(boundTo(kube, found));
    expect(namesOn(latter)).toEqual(["a"]);
  });

  test("each connection is asked once which it is, and the same one goes on", async () => {
    const calls: KubeCall[] = [];
    const { address, cluster, connect } = setUp((call) => calls.push(call));
    const kube = await connect();
    const bound = boundTo(kube, await kube.clusterUid(forever));
    calls.length = 0;
    for (let turn = 0; turn < 20; turn += 1) await apply(bound);
    address.leadTo(cluster);
    for (let turn = 0; turn < 20; turn += 1) await apply(bound);
    expect(calls.filter(({ path }) => path === "/api/v1/namespaces/kube-system")).toHaveLength(2);
    expect(calls).toHaveLength(42);
  });
});
