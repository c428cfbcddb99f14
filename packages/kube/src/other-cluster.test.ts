import { controlPlaneAvailable, startReplaceable } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { boundTo, connectKube } from "./kube.ts";
import type { Kube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { OtherCluster } from "./other-cluster.ts";
import type { KubeCall } from "./transport.ts";
import { WHO } from "./who-is-asked.ts";

const signal = AbortSignal.timeout(240_000);
const configMap = (name: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data: { a: "1" },
});
const apply = (kube: Kube, name: string) =>
  kube.serverSideApply({ object: configMap(name), force: true, dryRun: false }, signal);
const namesOn = async ({ kubeconfigPath }: ControlPlane): Promise<readonly string[]> => {
  await using kube = await connectKube(await loadKubeconfig(kubeconfigPath), {}, signal);
  const { objects } = await kube.listAll({ group: "", kind: "ConfigMap" }, { namespace: "default" }, signal);
  return objects.map(({ metadata }) => metadata.name).filter((name) => name.startsWith("object-"));
};
const isQuestion = ({ path }: KubeCall): boolean => path === WHO.path;

describe.skipIf(!controlPlaneAvailable).each([
  ["HTTP/2", false],
  ["HTTP/1.1", true],
])("a cluster that is replaced at its address, on two real kube-apiservers over %s", (_title, http1) => {
  const connect = async (
    kubeconfigPath: string,
    calls: KubeCall[] = [],
  ): Promise<AsyncDisposable & { kube: Kube; uid: string; bound: Kube }> => {
    const kube = await connectKube(
      await loadKubeconfig(kubeconfigPath),
      { http1, observe: (call) => calls.push(call) },
      signal,
    );
    const uid = await kube.clusterUid(signal);
    calls.length = 0;
    return { kube, uid, bound: boundTo(kube, uid), [Symbol.asyncDispose]: () => kube[Symbol.asyncDispose]() };
  };

  test(
    "gets nothing that was meant for the former, however many calls are on their way",
    { timeout: 120_000 },
    async () => {
      await using cluster = await startReplaceable();
      await using connected = await connect(cluster.kubeconfigPath);
      const { bound, kube, uid } = connected;
      await apply(bound, "object-before");
      const running = Array.from({ length: 200 }, (_, index) => apply(bound, `object-${index}`));
      await Promise.race(running);
      cluster.replace();
      const ends = await Promise.allSettled(running);
      const refused = ends.filter(({ status }) => status === "rejected");
      expect(refused.length).toBeGreaterThan(0);
      await expect(apply(bound, "object-after")).rejects.toBeInstanceOf(OtherCluster);
      await expect(
        bound.deleteObject(
          { group: "", kind: "ConfigMap", namespace: "default", name: "object-0" },
          { uid: "any" },
          {},
          signal,
        ),
      ).rejects.toThrow(OtherCluster);
      const watch = { method: "GET", path: "/api/v1/configmaps?watch=1" } as const;
      await expect(bound.transport.stream(watch, signal)).rejects.toThrow(OtherCluster);
      expect(await namesOn(cluster.latter)).toEqual([]);
      // Whoever asks for whichever is there gets that.
      const found = await kube.clusterUid(signal);
      expect(found).not.toBe(uid);
      await expect(apply(bound, "object-after")).rejects.toThrow(
        `another cluster is there now (kube-system ${found}, before ${uid})`,
      );
      await apply(boundTo(kube, found), "object-new");
      expect(await namesOn(cluster.latter)).toEqual(["object-new"]);
    },
  );

  test(
    "is asked once a connection which one it is, and goes on where it is the same",
    { timeout: 120_000 },
    async () => {
      await using cluster = await startReplaceable();
      const calls: KubeCall[] = [];
      await using connected = await connect(cluster.kubeconfigPath, calls);
      const { bound } = connected;
      for (let index = 0; index < 50; index += 1) await apply(bound, `object-${index}`);
      expect(calls.filter(isQuestion)).toHaveLength(1);
      expect(calls).toHaveLength(51);
      cluster.cut();
      await expect
        .poll(async () =>
          apply(bound, "object-after").then(
            () => "applied",
            () => "broken",
          ),
        )
        .toBe("applied");
      for (let index = 0; index < 50; index += 1) await apply(bound, `object-${index}`);
      expect(calls.filter(isQuestion)).toHaveLength(2);
    },
  );
});
