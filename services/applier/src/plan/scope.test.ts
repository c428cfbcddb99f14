import { ApplyResult } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable } from "@evenkeel/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { configMap } from "../story/config-map.fixture.ts";
import { installation, startStory } from "../story/story.fixture.ts";
import type { Story } from "../story/story-parts.fixture.ts";

describe.skipIf(!controlPlaneAvailable)(
  "the grant of an app, on a real nats-server and kube-apiserver",
  { timeout: 30_000 },
  () => {
    let story: Story;
    beforeAll(async () => {
      story = await startStory();
      await story.start();
    }, 120_000);
    afterAll(async () => {
      await story?.[Symbol.asyncDispose]();
    });
    const binding = (): KubeObject => ({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: `${story.namespace}-admin` },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: "default", namespace: story.namespace }],
    });
    const hook = (): KubeObject => ({
      ...binding(),
      metadata: { ...binding().metadata, annotations: { "helm.sh/hook": "post-install" } },
    });
    const namespace = (): KubeObject => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: `${story.namespace}-other` },
    });
    const priority = (): KubeObject => ({
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { name: `${story.namespace}-first` },
      value: 1_000_000,
    });
    const away = (): KubeObject => ({ ...configMap("away"), metadata: { name: "away", namespace: "kube-system" } });

    test("refuses two objects that become one of the cluster, before anything is written", async () => {
      const role = (namespace?: string): KubeObject => ({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: `${story.namespace}-twin`, ...(namespace === undefined ? {} : { namespace }) },
        rules: [],
      });
      await story.declare("twins", { allowedClusterKinds: ["*"] });
      await story.desire("twins", [configMap("twins-a"), role("x"), role("y")], 1);
      const fact = await story.finished("twins");
      const name = `${story.namespace}-twin`;
      expect(fact).toMatchObject({
        result: ApplyResult.HELD,
        reason: {
          code: "DuplicateObject",
          message: expect.stringContaining(
            `ClusterRole ${name} is written twice: as ClusterRole x/${name} and as ClusterRole y/${name}`,
          ),
        },
      });
      expect(await story.live(role())).toBeUndefined();
      expect(await story.live(configMap("twins-a"))).toBeUndefined();
      await story.desire("twins", [configMap("twins-a"), role("x")], 2);
      await story.finished("twins", ({ result }) => result === ApplyResult.APPLIED);
      expect(await story.live(role())).toBeDefined();
    });

    const anywhere = { allowedNamespaces: ["*"], allowedClusterKinds: ["*"], adopt: "takeover" } as const;
    test.each([
      ["an anchor", { ...configMap("x"), metadata: { name: `ek-${installation}-0`, namespace: "evenkeel-system" } }],
      [
        "anything else beside the anchors",
        { ...configMap("y"), metadata: { name: "y", namespace: "evenkeel-system" } },
      ],
      ["the namespace of the anchors", { apiVersion: "v1", kind: "Namespace", metadata: { name: "evenkeel-system" } }],
    ])("keeps every app from %s, whatever it is allowed to take over", async (what, object) => {
      const app = `taker-${what.length}`;
      await story.declare(app, anywhere);
      await story.desire(app, [configMap(`${app}-a`), object], 1);
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.HELD, reason: { code: "ScopeDenied" } });
      expect(fact.reason?.message).toContain("Evenkeel keeps its own state");
      const ref = { group: "", kind: "ConfigMap", namespace: "evenkeel-system", name: `ek-${installation}-0` };
      const anchor = await story.kube.getObject(ref, {}, AbortSignal.timeout(5_000));
      expect(anchor?.metadata.managedFields?.map(({ manager }) => manager) ?? []).not.toContain("evenkeel");
      // The remedy.
      await story.desire(app, [configMap(`${app}-a`)], 2);
      await story.finished(app, ({ result }) => result === ApplyResult.APPLIED);
    });

    test.each([
      ["binding", "a ClusterRoleBinding to cluster-admin", binding, {}],
      ["hook", "the same as a Helm hook", hook, {}],
      ["other", "a Namespace", namespace, {}],
      [
        "named",
        "a Namespace outside its own, with the kind allowed",
        namespace,
        { allowedClusterKinds: ["Namespace"] },
      ],
      ["first", "a PriorityClass", priority, {}],
      ["away", "an object in kube-system", away, {}],
    ])("keeps app %s from writing %s, before any other write", async (app, _title, object, options) => {
      await story.declare(app, options);
      await story.desire(app, [configMap(`${app}-a`), object()], 1);
      const fact = await story.finished(app);
      expect(fact).toMatchObject({ result: ApplyResult.HELD, reason: { code: "ScopeDenied" } });
      expect(await story.live(object())).toBeUndefined();
      expect(await story.live(configMap(`${app}-a`))).toBeUndefined();
    });

    test("is widened by the very words of the remedy, and holds for a prune as for an apply", async () => {
      await story.declare("grown");
      await story.desire("grown", [configMap("grown-a"), binding()], 1);
      const refused = await story.finished("grown");
      const [kind = ""] = /(?<=add ")[^"]+(?=" to allowedClusterKinds)/.exec(refused.reason?.remedy ?? "") ?? [];
      expect(kind).toBe("ClusterRoleBinding.rbac.authorization.k8s.io");
      await story.declare("grown", { allowedClusterKinds: [kind] });
      await story.desire("grown", [configMap("grown-a"), binding()], 2);
      await story.finished("grown", ({ result }) => result === ApplyResult.APPLIED);
      expect(await story.live(binding())).toBeDefined();

      await story.declare("grown");
      await story.desire("grown", [configMap("grown-a")], 3);
      const kept = await story.finished("grown", ({ parked }) => parked.length > 0);
      expect(kept.parked[0]?.reason?.code).toBe("ScopeDenied");
      expect(await story.live(binding())).toBeDefined();
      await story.declare("grown", { allowedClusterKinds: [kind] });
      await story.desire("grown", [configMap("grown-a")], 4);
      await story.finished("grown", ({ deleted }) => deleted === 1);
      expect(await story.live(binding())).toBeUndefined();
    });
  },
);
