import { Sync } from "@evenkeel/contracts";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import { controlPlaneAvailable, startReplaceable } from "@evenkeel/testing";
import type { ControlPlane } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMap } from "../matrix/manifests.fixture.ts";
import { startStory } from "./story.fixture.ts";

const signal = AbortSignal.timeout(240_000);

describe.skipIf(!controlPlaneAvailable)("an API server that was made anew at the same address", () => {
  test("is watched anew: what stood on the old one is not told as missing, and what happens on it is told", async () => {
    await using stack = new AsyncDisposableStack();
    const cluster = stack.use(await startReplaceable());
    const story = stack.use(await startStory("correct", async () => cluster.kubeconfigPath));
    const reach = async ({ kubeconfigPath }: ControlPlane) => {
      const kube = stack.use(await connectKube(await loadKubeconfig(kubeconfigPath), {}, signal));
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: story.namespace } };
      await kube.serverSideApply({ object: namespace, force: true, dryRun: false, manager: "test" }, signal);
      return kube;
    };
    const [former, latter] = [await reach(cluster.former), await reach(cluster.latter)];
    const objects = Array.from({ length: 20 }, (_, index) => configMap(`a-${index}`));
    await story.desire(objects, 1);
    await story.apply(objects, 1, { on: former });
    await story.heard.until("health", (fact) => fact.sync === Sync.SYNCED);

    cluster.replace();
    // Nobody has seen the new one as it should be, and nobody says that it is.
    await story.heard.until("health", (fact) => fact.sync !== Sync.SYNCED);
    expect(story.heard.drift).toEqual([]);
    await story.apply(objects, 1, { on: latter });
    const told = story.heard.health.length;
    await story.heard.until("health", (fact) => fact.sync === Sync.SYNCED && story.heard.health.length > told);
    expect(story.heard.drift).toEqual([]);
    const ref = { group: "", kind: "ConfigMap", namespace: story.namespace, name: "a-0" };
    const { uid = "" } = (await latter.getObject(ref, {}, signal))?.metadata ?? {};
    await latter.deleteObject(ref, { uid }, {}, signal);
    const drift = await story.heard.until("drift", (fact) => fact.findingCount > 0);
    expect(drift.findings.map(({ ref: found }) => found?.name)).toEqual(["a-0"]);
  }, 180_000);
});
