import { ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { APP_LABEL } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import type { Story } from "../story/story-parts.fixture.ts";
import { useStory } from "../story/use-story.fixture.ts";

type Marks = Pick<KubeObject["metadata"], "labels" | "annotations">;

describe.skipIf(!controlPlaneAvailable)(
  "objects of other engines, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    let app = "";
    useStory("engine", (given) => ({ story, app } = given), { declared: { adopt: "migrate" } });
    const desired = (): KubeObject =>
      ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: app }, data: { a: "1" } }) as KubeObject;
    /** Made by the engine, or left without what an earlier call gave. */
    const make = async (manager: string, marks: Marks = {}): Promise<void> => {
      const { metadata, ...rest } = desired();
      const object = { ...rest, data: { a: "0" }, metadata: { ...metadata, ...marks, namespace: story.namespace } };
      const options = { object, force: true, dryRun: false, manager };
      await story.kube.serverSideApply(options, AbortSignal.timeout(10_000));
    };
    const isOurs = async (): Promise<boolean> =>
      (await story.live(desired()))?.metadata.labels?.[APP_LABEL] === story.unit(app).appUid;

    test.each<[string, string, string, Marks]>([
      [
        "Argo CD's tracking id",
        "Argo CD",
        "argocd-controller",
        { annotations: { "argocd.argoproj.io/tracking-id": "a:/ConfigMap:b/c" } },
      ],
      ["Argo CD's own label", "Argo CD", "argocd-controller", { labels: { "argocd.argoproj.io/instance": "shop" } }],
      [
        "the common label that Argo CD wrote",
        "Argo CD",
        "argocd-controller",
        { labels: { "app.kubernetes.io/instance": "shop" } },
      ],
      [
        "Flux's Kustomization",
        "Flux",
        "kustomize-controller",
        { labels: { "kustomize.toolkit.fluxcd.io/name": "shop" } },
      ],
      ["Flux's HelmRelease", "Flux", "helm-controller", { labels: { "helm.toolkit.fluxcd.io/name": "shop" } }],
      [
        "Flux's ResourceSet",
        "Flux",
        "flux-operator",
        { labels: { "resourceset.fluxcd.controlplane.io/name": "shop" } },
      ],
      ["a release of Helm", "Helm", "helm", { annotations: { "meta.helm.sh/release-name": "shop" } }],
      ["an app of kapp", "kapp", "kapp", { labels: { "kapp.k14s.io/app": "1700000000000000000" } }],
      ["Config Sync", "Config Sync", "configsync", { annotations: { "configmanagement.gke.io/managed": "enabled" } }],
      [
        "an inventory of kpt",
        "kpt or Config Sync",
        "kpt",
        { annotations: { "config.k8s.io/owning-inventory": "shop" } },
      ],
      [
        "a bundle of Fleet",
        "Rancher (Fleet or k3s)",
        "fleetagent",
        { annotations: { "objectset.rio.cattle.io/id": "default-shop" } },
      ],
      [
        "an ApplySet",
        "ApplySet",
        "kubectl-applyset",
        { labels: { "applyset.kubernetes.io/part-of": "applyset-x-v1" } },
      ],
    ])("are left to them until their mark is gone: %s", async (_title, engine, manager, marks) => {
      await make(manager, marks);
      const before = await story.live(desired());
      await story.desire(app, [desired()], 1);
      const { result, reason } = await story.finished(app);
      expect({ result, code: reason?.code }).toEqual({ result: ApplyResult.HELD, code: "OwnershipConflict" });
      expect(reason?.message).toContain(`${engine} manages it`);
      expect(reason?.message).toContain(Object.keys({ ...marks.labels, ...marks.annotations })[0]);
      expect(await story.live(desired())).toEqual(before);
      // The remedy: released there, and the mark taken off.
      await make(manager);
      await story.desire(app, [desired()], 2);
      await story.finished(app, (fact) => fact.result === ApplyResult.APPLIED);
      expect(await isOurs()).toBe(true);
    });

    test("are taken while their mark is live only under takeover", async () => {
      await make("argocd-controller", { labels: { "argocd.argoproj.io/instance": "shop" } });
      await story.desire(app, [desired()], 1);
      await story.finished(app, ({ result }) => result === ApplyResult.HELD);
      await story.declare(app, { adopt: "takeover" });
      await story.desire(app, [desired()], 2);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
      expect(await isOurs()).toBe(true);
    });

    test.each<[string, Marks]>([
      [
        "a chart's common labels",
        { labels: { "app.kubernetes.io/instance": "shop", "app.kubernetes.io/managed-by": "Helm" } },
      ],
      ["Config Sync's word that it is not managed", { annotations: { "configmanagement.gke.io/managed": "disabled" } }],
      ["an addon that is only made", { labels: { "addonmanager.kubernetes.io/mode": "EnsureExists" } }],
    ])("are not seen in %s", async (_title, marks) => {
      await make("kubectl", marks);
      await story.desire(app, [desired()], 1);
      expect(await story.finished(app)).toMatchObject({ result: ApplyResult.APPLIED, updated: 1 });
      expect(await isOurs()).toBe(true);
    });
  },
);
