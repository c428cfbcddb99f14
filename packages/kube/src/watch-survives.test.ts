import { controlPlaneAvailable, startControlPlane } from "@evenkeel/testing";
import { thisMachine } from "@evenkeel/machine";
import { describe, expect, test } from "vitest";

import { connectKube } from "./kube.ts";
import { loadKubeconfig } from "./kubeconfig.ts";
import { listWatch } from "./list-watch.ts";

const configMap = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels: { watched: "yes" } },
  data: { value },
});

describe.skipIf(!controlPlaneAvailable)("a watch on a real kube-apiserver", () => {
  test("goes on after the server was killed and started again, and misses nothing", async () => {
    await using controlPlane = await startControlPlane();
    const stop = new AbortController();
    await using kube = await connectKube(await loadKubeconfig(controlPlane.kubeconfigPath), {}, stop.signal);
    const apply = (name: string, value: string) =>
      kube.serverSideApply({ object: configMap(name, value), force: false, dryRun: false }, stop.signal);
    await apply("kept", "1");
    await apply("deleted", "1");

    const seen = new Map<string, string>();
    const waiting = new Set<() => void>();
    const states: string[] = [];
    const notice = (): void => {
      for (const look of waiting) look();
    };
    const until = (good: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!good()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    const watching = listWatch(
      kube.transport,
      {
        resource: await kube.resourceOf({ group: "", kind: "ConfigMap" }, stop.signal),
        labelSelector: "watched",
        ...thisMachine,
      },
      {
        onObject: (_type, object) => {
          seen.set(object.metadata.name, (object["data"] as { value: string }).value);
          notice();
        },
        onGone: ({ name }) => {
          seen.delete(name);
          notice();
        },
        onState: (state) => {
          states.push(state);
          notice();
        },
      },
      stop.signal,
    );
    await until(() => seen.get("kept") === "1" && states.includes("WATCH"));
    await apply("kept", "2");
    await until(() => seen.get("kept") === "2");

    await controlPlane.kill();
    await until(() => states.includes("BACKOFF"));
    await controlPlane.restart();
    await apply("kept", "3");
    const { metadata } = (await kube.getObject(
      { group: "", kind: "ConfigMap", namespace: "default", name: "deleted" },
      {},
      stop.signal,
    ))!;
    await kube.deleteObject(
      { group: "", kind: "ConfigMap", namespace: "default", name: "deleted" },
      { uid: metadata.uid! },
      {},
      stop.signal,
    );
    await until(() => seen.get("kept") === "3" && !seen.has("deleted"));
    stop.abort();
    await watching;
    expect([...seen]).toEqual([["kept", "3"]]);
  }, 90_000);
});
