import { Sync } from "@evenkeel/contracts";
import { connectKube, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { controlPlaneAvailable, mergeKubeconfigs, startControlPlane, temporaryFolder } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { configMap } from "../matrix/manifests.fixture.ts";
import { startStory } from "./story.fixture.ts";

const signal = AbortSignal.timeout(120_000);

describe.skipIf(!controlPlaneAvailable)("a Cluster that points to another API server", () => {
  test("is watched anew there: what the old one shows says nothing about it", async () => {
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await temporaryFolder());
    const second = stack.use(await startControlPlane());
    const other = stack.use(await connectKube(await loadKubeconfig(second.kubeconfigPath), {}, signal));
    const story = stack.use(
      await startStory("correct", ({ kubeconfigPath }) =>
        mergeKubeconfigs(folder.path, { first: kubeconfigPath, second: second.kubeconfigPath }),
      ),
    );
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: story.namespace } };
    await other.serverSideApply({ object: namespace, force: true, dryRun: false, manager: "test" }, signal);
    await story.desire([configMap("a")], 1);
    await story.apply([configMap("a")], 1);
    await story.heard.until("health", (fact) => fact.sync === Sync.SYNCED);

    await story.desire([configMap("a")], 2, { context: "second" });
    await story.apply([configMap("a")], 2, { on: other });
    const at = (seq: bigint) => (fact: (typeof story.heard.health)[number]) =>
      fact.sync === Sync.SYNCED && fact.version?.sources[0]?.seq === seq;
    await story.heard.until("health", at(2n));
    // What happens on the old one is nobody's business any more; an edit on the new one is told.
    const edit = async (kube: Kube, key: string): Promise<void> => {
      const object = { ...configMap("a"), metadata: { name: "a", namespace: story.namespace }, data: { key } };
      await kube.serverSideApply({ object, force: true, dryRun: false, manager: "kubectl" }, signal);
    };
    await edit(story.kube, "on the old");
    await edit(other, "on the new");
    const drift = await story.heard.until("drift", (fact) => fact.findingCount > 0);
    expect(drift.findings.flatMap(({ fields }) => fields.map(({ live }) => live))).toEqual(['"on the new"']);
    expect(story.heard.drift).toHaveLength(1);
  }, 120_000);
});
