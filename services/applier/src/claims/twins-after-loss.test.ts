import { buckets, ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { readAnchors } from "../cluster/anchor-store.ts";
import { clusterName } from "../story/story-declarations.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";

const signal = AbortSignal.timeout(240_000);
const configMap = (by: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "shared" },
  data: { by },
});

describe.skipIf(!controlPlaneAvailable)(
  "two Clusters of one API server on a bus that was made anew",
  { timeout: 120_000 },
  () => {
    test("are told apart by the anchors: the one that came first stays, whoever asks first", async () => {
      {
        await using before = await startStory();
        await before.start();
        await before.declare("first");
        await before.desire("first", [configMap("first")], 1);
        await before.finished("first");
      }
      // Another bus of the same installation: it knows of no API server whose that is.
      await using story = await startStory();
      const applier = await story.start();
      await story.declareCluster("twin");
      await story.declare("twin-app");
      await story.desire("twin-app", [configMap("twin")], 1, { cluster: "twin" });
      const refused = await story.finished("twin-app");
      expect(refused).toMatchObject({ result: ApplyResult.HELD, reason: { code: "ClusterDuplicate" } });
      expect(refused.reason?.message).toMatch(/^Cluster twin is the API server of Cluster local/);
      expect(await story.live(configMap("twin"))).toBeUndefined();
      await story.declare("second");
      await story.desire("second", [configMap("second")], 1);
      const second = await story.finished("second");
      expect(second.reason).toBeUndefined();
      expect(second.result).toBe(ApplyResult.APPLIED);
      const uid = await story.kube.clusterUid(signal);
      const identity = await applier.bus.state(buckets.clusterIdentity).get({ uid });
      expect(identity?.value?.cluster).toBe(clusterName);
      const anchors = await readAnchors(story.kube, installation, signal);
      expect([...new Set(anchors.map(({ cluster }) => cluster))]).toEqual([clusterName]);
    });
  },
);
