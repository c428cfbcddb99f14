import { buckets, ApplyResult } from "@evenkeel/contracts";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { controlPlaneAvailable, eventually, startReplaceable } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMapBy as configMap } from "../story/config-map.fixture.ts";
import { readAnchors } from "./anchor-store.ts";
import { installation, startStory } from "../story/story.fixture.ts";

const signal = AbortSignal.timeout(240_000);

/** A story on the former of two clusters, and ways past the address to both. */
const startOnReplaceable = async (stack: AsyncDisposableStack) => {
  const cluster = stack.use(await startReplaceable());
  const story = stack.use(await startStory({ kubeconfigPath: cluster.kubeconfigPath }));
  const reach = async ({ kubeconfigPath }: ControlPlane) => {
    const kube = stack.use(await connectKube(await loadKubeconfig(kubeconfigPath), {}, signal));
    const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: story.namespace } };
    await kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, signal);
    return { kube, uid: await kube.clusterUid(signal) };
  };
  return { cluster, story, former: await reach(cluster.former), latter: await reach(cluster.latter) };
};
const seqIs =
  (seq: bigint) =>
  (fact: { readonly version?: { readonly sources: readonly { readonly seq: bigint }[] } | undefined }) =>
    fact.version?.sources[0]?.seq === seq;

describe.skipIf(!controlPlaneAvailable)(
  "an API server that was made anew at the same address while the applier runs",
  { timeout: 180_000 },
  () => {
    test("gets nothing under the identity of the old: the unit says so, and all is applied to it anew", async () => {
      await using stack = new AsyncDisposableStack();
      const { cluster, story, former, latter } = await startOnReplaceable(stack);
      const applier = await story.start();
      const at = async (kube: Kube, name: string) =>
        (await kube.getObject({ group: "", kind: "ConfigMap", namespace: story.namespace, name }, {}, signal))?.[
          "data"
        ];
      await story.declare("kept");
      await story.declare("other");
      await story.desire("other", [configMap("untouched", "1")], 1);
      await story.finished("other");
      await story.desire("kept", [configMap("kept", "1"), configMap("left", "1")], 1);
      expect(await story.finished("kept")).toMatchObject({ result: ApplyResult.APPLIED });
      // Whatever is written to the latter is written under its own identity: each inventory is looked at as it is stored.
      const wrong: string[] = [];
      await applier.bus.state(buckets.inventory).watch(
        {},
        {
          onEntry: async ({ value }) => {
            if (value?.clusterUid !== former.uid) return;
            const found = await at(latter.kube, "kept");
            if (found !== undefined) wrong.push(JSON.stringify(found));
          },
        },
        signal,
      );
      cluster.replace();
      await story.desire("kept", [configMap("kept", "2"), configMap("added", "2")], 2);
      const told = await story.finished("kept", seqIs(2n));
      expect(told).toMatchObject({
        result: ApplyResult.FAILED,
        reason: {
          code: "ApiUnavailable",
          message: `cluster local is another one now (kube-system ${latter.uid}, before ${former.uid})`,
          remedy: "nothing: what is desired is applied to it anew",
        },
      });
      const anew = await story.finished("kept", (fact) => fact.result === ApplyResult.APPLIED && seqIs(2n)(fact));
      expect(anew).toMatchObject({ created: 2, deleted: 0 });
      expect(await at(latter.kube, "kept")).toEqual({ by: "2" });
      expect((await story.inventory("kept"))?.clusterUid).toBe(latter.uid);
      expect((await readAnchors(latter.kube, installation, signal)).length).toBeGreaterThan(0);
      // Its neighbour, of which nothing new came, is applied too; what stood on the former is as it was.
      await eventually(async () => (await at(latter.kube, "untouched")) !== undefined, { timeoutMs: 30_000 });
      expect(await at(former.kube, "kept")).toEqual({ by: "1" });
      expect(await at(former.kube, "left")).toEqual({ by: "1" });
      expect(wrong).toEqual([]);
    });

    test("is found out though nobody writes to it", async () => {
      await using stack = new AsyncDisposableStack();
      const { cluster, story, latter } = await startOnReplaceable(stack);
      await story.start();
      await story.declare("idle");
      await story.desire("idle", [configMap("idle", "1")], 1);
      await story.finished("idle");
      cluster.replace();
      const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name: "idle" };
      await eventually(
        async () => expect(await latter.kube.getObject(ref, {}, signal)).toMatchObject({ data: { by: "1" } }),
        { timeoutMs: 60_000 },
      );
      expect((await story.inventory("idle"))?.clusterUid).toBe(latter.uid);
    });
  },
);
