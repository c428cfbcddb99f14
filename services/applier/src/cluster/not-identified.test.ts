import { ApplyResult } from "@evenkeel/contracts";
import type { Reason } from "@evenkeel/contracts";
import type { JsonObject, KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, startControlPlane, startHttpProxy } from "@evenkeel/testing";
import { describe, expect, test } from "vitest";

import { startStory } from "../story/story.fixture.ts";

const name = "connects-as";
const rbac = "rbac.authorization.k8s.io";
const role = (...rules: readonly JsonObject[]): KubeObject => ({
  apiVersion: `${rbac}/v1`,
  kind: "ClusterRole",
  metadata: { name },
  rules,
});
const binding: KubeObject = {
  apiVersion: `${rbac}/v1`,
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: "ClusterRole", name },
  subjects: [{ apiGroup: rbac, kind: "User", name }],
};
const all = { apiGroups: [""], resources: ["configmaps"], verbs: ["*"] };
const kubeSystem = { apiGroups: [""], resources: ["namespaces"], resourceNames: ["kube-system"], verbs: ["get"] };
const configMap = (of: string, value: string): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: of },
  data: { value },
});
const forbidden = {
  code: "Forbidden",
  message: expect.stringContaining(
    `GET /api/v1/namespaces/kube-system failed (Forbidden): namespaces "kube-system" is forbidden: User "${name}" cannot get resource "namespaces" in API group "" in the namespace "kube-system"`,
  ) as string,
  remedy: "allow whoever the Cluster's connection acts as to get the namespace kube-system: a cluster is known by it",
};
const isApplied = ({ result }: { readonly result: ApplyResult }): boolean => result === ApplyResult.APPLIED;

describe.skipIf(!controlPlaneAvailable)(
  "a cluster that does not say which one it is, on a real nats-server and kube-apiserver",
  { timeout: 180_000 },
  () => {
    test("for want of a right is told with that right, before and while it is used, and the right helps", async () => {
      await using plane = await startControlPlane();
      const { kubeconfigPath } = await plane.user(name);
      await using story = await startStory({ controlPlane: plane, kubeconfigPath });
      const never = AbortSignal.timeout(180_000);
      const write = (object: KubeObject) =>
        story.kube.serverSideApply({ object, force: true, dryRun: false, manager: "test" }, never);
      await write(role(all));
      await write(binding);
      await write({ apiVersion: "v1", kind: "Namespace", metadata: { name: "evenkeel-system" } });
      await story.declare("web");
      await story.start();
      await story.desire("web", [configMap("web", "1")], 1);
      expect(await story.finished("web")).toMatchObject({ reason: forbidden });
      expect(await story.live(configMap("web", "1"))).toBeUndefined();
      await write(role(all, kubeSystem));
      await story.finished("web", isApplied);
      // The right is taken again. What is connected knows where it leads; a new connection does not.
      await write(role(all));
      await plane.restart();
      const from = story.heard.length;
      await story.desire("web", [configMap("web", "2")], 2);
      const isForbidden = ({ reason }: { readonly reason?: Reason | undefined }) => reason?.code === "Forbidden";
      expect(await story.finished("web", isForbidden, from)).toMatchObject({ reason: forbidden });
      expect(await story.live(configMap("web", "2"))).toMatchObject({ data: { value: "1" } });
      await write(role(all, kubeSystem));
      await story.finished("web", (fact) => isApplied(fact) && fact.version?.sources[0]?.seq === 2n, from);
      expect(await story.live(configMap("web", "2"))).toMatchObject({ data: { value: "2" } });
    });

    test("since no connection lasts for two requests is told with what helps, gets nothing, and that helps", async () => {
      await using plane = await startControlPlane();
      await using proxy = await startHttpProxy(plane, "http/1.1");
      await using story = await startStory({ controlPlane: plane, kubeconfigPath: proxy.kubeconfigPath });
      await story.declare("web");
      proxy.limit(1);
      await story.start();
      await story.desire("web", [configMap("web", "1")], 1);
      expect(await story.finished("web")).toMatchObject({
        reason: {
          code: "ApiUnavailable",
          message:
            "cluster local: GET /api/v1/namespaces/kube-system failed (ConnectionsCutShort): each of 6 connections ended once it had been asked which cluster it leads to, so nothing more was sent",
          remedy:
            "let what stands before the API server keep a connection open for more than one request, or connect to the API server itself",
        },
      });
      expect(proxy.reached.filter(({ method }) => method !== "GET")).toEqual([]);
      proxy.limit(Infinity);
      await story.finished("web", isApplied);
    });
  },
);
