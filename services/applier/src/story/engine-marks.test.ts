import { ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "./story-parts.fixture.ts";
import { useStory } from "./use-story.fixture.ts";

const configMap = (name: string, annotations: Record<string, string> = {}, rest: object = {}): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, annotations }, ...rest }) as KubeObject;

describe.skipIf(!controlPlaneAvailable)(
  "marks of Helm, Argo CD and Flux, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("marks", (given) => ({ story, app } = given), { declared: {} });
    const other = (): KubeObject => configMap(`${app}-other`);
    const applied = () => story.finished(app, ({ result }) => result === ApplyResult.APPLIED);

    test.each([
      ["helm.sh/resource-policy", "keep"],
      ["kustomize.toolkit.fluxcd.io/prune", "disabled"],
      ["argocd.argoproj.io/sync-options", "ServerSideApply=true,Prune=false"],
      ["evenkeel.dev/prune", "never"],
    ])("keep an object that left Git: %s: %s, until the mark is taken off", async (key, value) => {
      const kept = configMap(app, { [key]: value });
      await story.desire(app, [kept, other()], 1);
      await applied();
      await story.desire(app, [other()], 2);
      const fact = await story.finished(app, ({ parked }) => parked.length > 0);
      expect(fact.parked[0]?.reason).toMatchObject({ code: "PruneProtected" });
      expect(fact.parked[0]?.reason?.message).toContain(key);
      expect(await story.live(kept)).toBeDefined();
      const path = `/api/v1/namespaces/${story.namespace}/configmaps/${app}`;
      const body = Buffer.from(JSON.stringify({ metadata: { annotations: { [key]: null } } }));
      const headers = { "content-type": "application/merge-patch+json" };
      await story.kube.transport.request({ method: "PATCH", path, headers, body }, AbortSignal.timeout(10_000));
      await story.desire(app, [other()], 3);
      await story.finished(app, ({ deleted }) => deleted === 1);
      expect(await story.live(kept)).toBeUndefined();
    });

    test("keep an object when its application is removed with its objects", async () => {
      await story.declare(app, { deletionPolicy: "delete" });
      const kept = configMap(app, { "argocd.argoproj.io/sync-options": "Delete=false" });
      await story.desire(app, [kept, other()], 1);
      await applied();
      await story.desire(app, [], 2, { removed: true, fleet: 200n });
      await story.finished(app, ({ result, deleted }) => result === ApplyResult.REMOVED && deleted === 1);
      expect(await story.live(kept)).toBeDefined();
      expect(await story.live(other())).toBeUndefined();
    });

    test("ask before an object is pruned, by the digest of the plan", async () => {
      const asked = configMap(app, { "argocd.argoproj.io/sync-options": "Prune=confirm" });
      await story.desire(app, [asked, other()], 1);
      await applied();
      await story.desire(app, [other()], 2);
      const fact = await story.finished(app, ({ parked }) => parked.length > 0);
      expect(fact.parked[0]?.reason?.message).toContain("asks for confirmation");
      expect(fact.planDigest).not.toBe("");
      await story.approve(app, fact.planDigest);
      await story.finished(app, ({ deleted }) => deleted === 1);
    });

    test("order by Argo CD's waves: what comes later is not tried after a failure", async () => {
      const later = configMap(`${app}-later`, { "argocd.argoproj.io/sync-wave": "1" });
      await story.desire(app, [configMap(app, {}, { data: { a: 1 } }), later], 1);
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.FAILED, notTried: 1 });
      expect(await story.live(later)).toBeUndefined();
    });

    test.each([
      ["Flux's force", { "kustomize.toolkit.fluxcd.io/force": "enabled" }, true],
      ["Argo CD's Force", { "argocd.argoproj.io/sync-options": "Force=true,Replace=true" }, true],
      ["Helm's keep, against recreate: always", { "helm.sh/resource-policy": "keep" }, false],
    ])("say what is made again where it cannot be changed: %s", async (_title, marks, isMadeAgain) => {
      if (!isMadeAgain) await story.declare(app, { recreate: "always" });
      const at = (a: string): KubeObject =>
        configMap(app, marks as Record<string, string>, { immutable: true, data: { a } });
      await story.desire(app, [at("1")], 1);
      await applied();
      const before = (await story.live(at("1")))?.metadata.uid;
      const from = story.heard.length;
      await story.desire(app, [at("2")], 2);
      const fact = await story.finished(app, () => true, from);
      expect(fact.reason?.code).toBe(isMadeAgain ? undefined : "ImmutableField");
      expect((await story.live(at("1")))?.metadata.uid === before).toBe(!isMadeAgain);
    });
  },
);
