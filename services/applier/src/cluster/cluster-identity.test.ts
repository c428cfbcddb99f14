import { buckets, ApplyResult, partitionOf, smallProfile } from "@evenkeel/contracts";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import {
  controlPlaneAvailable,
  eventually,
  mergeKubeconfigs,
  sharedControlPlane,
  startControlPlane,
  temporaryFolder,
} from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMapBy as configMap } from "../story/config-map.fixture.ts";
import { readAnchor, readAnchors } from "./anchor-store.ts";
import { anchorName } from "../core/anchor/anchor-document.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import type { RunningApplier, Story } from "../story/story-parts.fixture.ts";

const signal = AbortSignal.timeout(240_000);

describe.skipIf(!controlPlaneAvailable)(
  "which cluster a Cluster is, on a real nats-server and kube-apiservers",
  { timeout: 120_000 },
  () => {
    let stack: AsyncDisposableStack;
    let story: Story;
    let applier: RunningApplier;
    let other: Kube;
    beforeAll(async () => {
      stack = new AsyncDisposableStack();
      const folder = stack.use(await temporaryFolder());
      const first = await sharedControlPlane();
      const second = stack.use(await startControlPlane());
      const kubeconfigPath = await mergeKubeconfigs(folder.path, {
        first: first.kubeconfigPath,
        second: second.kubeconfigPath,
      });
      other = stack.use(await connectKube(await loadKubeconfig(second.kubeconfigPath), {}, signal));
      story = stack.use(await startStory({ kubeconfigPath }));
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: story.namespace } };
      await other.serverSideApply({ object: namespace, force: true, dryRun: false, manager: "test" }, signal);
      applier = await story.start();
    }, 120_000);
    afterAll(async () => {
      await stack?.disposeAsync();
    });
    const onOther = (name: string): Promise<KubeObject | undefined> =>
      other.getObject({ group: "", kind: "ConfigMap", namespace: story.namespace, name }, {}, signal);
    const owner = async (kube: Kube): Promise<string | undefined> =>
      (await applier.bus.state(buckets.clusterIdentity).get({ uid: await kube.clusterUid(signal) }))?.value?.cluster;

    test("two names of one API server: the second is refused by name before any write, until the first is gone", async () => {
      await story.declare("named-once");
      await story.desire("named-once", [configMap("named-a", "first")], 1);
      await story.finished("named-once");
      await story.declareCluster("twin");
      await story.declare("twin-app");
      await story.desire("twin-app", [configMap("named-a", "twin"), configMap("twin-a")], 1, { cluster: "twin" });
      const refused = await story.finished("twin-app");
      expect(refused).toMatchObject({ result: ApplyResult.HELD, reason: { code: "ClusterDuplicate" } });
      expect(refused.reason?.message).toMatch(
        /^Cluster twin is the API server of Cluster local \(uid .*: [0-9a-f-]{36}\)$/,
      );
      expect(await story.live(configMap("twin-a"))).toBeUndefined();
      expect((await story.live(configMap("named-a")))?.["data"]).toEqual({ by: "first" });
      const anchors = await readAnchors(story.kube, installation, signal);
      expect(anchors.filter(({ cluster }) => cluster === "twin")).toEqual([]);
      // The remedy: the API server is declared under one name.
      await story.undeclareCluster(clusterName);
      await story.finished(
        "twin-app",
        ({ result, reason }) => result === ApplyResult.HELD && reason?.code === "OwnershipConflict",
      );
      expect(await owner(story.kube)).toBe("twin");
      await story.undeclareCluster("twin");
      await story.declareCluster(clusterName);
      await eventually(async () => {
        await story.desire("named-once", [configMap("named-a", "again")], 2);
        return (await owner(story.kube)) === clusterName;
      });
    });

    test("an anchor that was deleted by hand is made again from what was known", async () => {
      await story.declare("anchored");
      await story.desire("anchored", [configMap("anchored-a")], 1);
      await story.finished("anchored");
      const name = anchorName(installation, partitionOf(clusterName, "anchored", smallProfile));
      const entry = async () =>
        (await readAnchor(story.kube, name, signal))?.anchor.apps.get(story.unit("anchored").appUid);
      await eventually(async () => (await entry()) !== undefined);
      const ref = { group: "", kind: "ConfigMap", namespace: "evenkeel-system", name };
      const live = (await story.kube.getObject(ref, {}, signal))!;
      const { uid = "", resourceVersion = "" } = live.metadata;
      await story.kube.deleteObject(ref, { uid, resourceVersion }, {}, signal);
      await story.desire("anchored", [configMap("anchored-a", "2")], 2);
      await story.finished("anchored", ({ version }) => version?.sources[0]?.seq === 2n);
      await eventually(async () => (await entry())?.version.sources[0]?.seq === 2n);
      const made = (await readAnchor(story.kube, name, signal))!;
      expect(made.anchor).toMatchObject({ cluster: clusterName });
      expect(made.anchor.epoch).toBeGreaterThan(0n);
    });

    test("a Cluster that points to another API server is taken over anew: all is applied there", async () => {
      await story.declare("moving");
      await story.desire("moving", [configMap("moving-a"), configMap("moving-b")], 1);
      await story.finished("moving");
      const before = await story.inventory("moving");
      await story.declareCluster(clusterName, "second");
      // The renderer asks for all units of a changed Cluster: the same content under a newer fleet revision.
      await story.desire("moving", [configMap("moving-a"), configMap("moving-b")], 1, { fleet: 101n });
      const fact = await story.finished("moving", ({ version }) => version?.fleet === 101n);
      expect(fact).toMatchObject({ result: ApplyResult.APPLIED, created: 2 });
      expect(await onOther("moving-a")).toBeDefined();
      expect(await story.live(configMap("moving-a"))).toBeDefined();
      const after = await story.inventory("moving");
      expect(after?.clusterUid).toBe(await other.clusterUid(signal));
      expect(after?.clusterUid).not.toBe(before?.clusterUid);
      const name = anchorName(installation, partitionOf(clusterName, "moving", smallProfile));
      await eventually(
        async () => (await readAnchor(other, name, signal))?.anchor.apps.has(story.unit("moving").appUid) === true,
      );
      // It let go of the API server that it had: another name may have that now.
      expect(await owner(story.kube)).toBeUndefined();
      expect(await owner(other)).toBe(clusterName);
    });
  },
);
