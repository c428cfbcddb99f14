import { connectKube, isApiError, loadKubeconfig } from "@evenkeel/kube";
import type { Kube } from "@evenkeel/kube";
import { refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { controlPlaneAvailable, eventually, startControlPlane } from "@evenkeel/testing";
import { describeRef } from "@evenkeel/words";
import { describe, expect, it } from "vitest";

import { build, field, workloadsOf } from "./manifests.ts";

const signal = new AbortController().signal;

describe.skipIf(!controlPlaneAvailable)("the manifests on a real API server", () => {
  const order = ["Namespace", "PriorityClass", "ServiceAccount"];
  const sorted = (objects: readonly KubeObject[]): readonly KubeObject[] =>
    objects.toSorted((a, b) => ((order.indexOf(a.kind) + 4) % 4) - ((order.indexOf(b.kind) + 4) % 4));
  const configMap = (namespace: string, value: string): KubeObject => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace },
    data: { value },
  });

  it("all is taken, and the rights are what they say", { timeout: 120_000 }, async () => {
    const [dev, tenant] = await Promise.all([build("overlays/dev"), build("overlays/dev-tenant")]);
    await using plane = await startControlPlane();
    const connect = async (path: string): Promise<Kube> =>
      connectKube(await loadKubeconfig(path, undefined), {}, signal);
    const accountOf = (name: string): string => `system:serviceaccount:evenkeel-system:${name}`;
    const connectAs = async (name: string): Promise<Kube> => {
      const groups = ["system:serviceaccounts", "system:serviceaccounts:evenkeel-system"];
      return connect((await plane.user(accountOf(name), groups)).kubeconfigPath);
    };
    await using admin = await connect(plane.kubeconfigPath);
    const apply = (kube: Kube, object: KubeObject, dryRun: boolean, impersonate?: string) =>
      kube.serverSideApply({ object, dryRun, force: true, ...(impersonate !== undefined && { impersonate }) }, signal);
    for (const object of sorted([...dev, ...tenant])) {
      if (object.kind !== "Namespace" && object.metadata.namespace === undefined) await apply(admin, object, true);
      const { created } = await apply(admin, object, false);
      expect(created, describeRef(refOf(object))).toBe(true);
      const again = await apply(admin, object, true);
      expect(again.created).toBe(false);
    }

    // Without its controller the rules of the aggregated role `admin` are empty.
    const admins: KubeObject = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name: "stands-for-admin", namespace: "shop" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["create", "patch"] }],
    };
    await apply(admin, admins, false);
    const binding = tenant.find(({ kind }) => kind === "RoleBinding") ?? expect.fail("the tenant grants nothing");
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "stands-for-admin" };
    await apply(admin, { ...binding, metadata: { name: "stands-in", namespace: "shop" }, roleRef }, false);

    // Pod Security `restricted` is enforced on pods, so each template is tried as one.
    for (const workload of workloadsOf(dev)) {
      const { metadata, spec } = field(workload, "spec", "template");
      const volumes = (field(workload, "spec", "volumeClaimTemplates") ?? []).map((claim: KubeObject) => ({
        name: claim.metadata.name,
        emptyDir: {},
      }));
      const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, name: workload.metadata.name, namespace: "evenkeel-system" },
        spec: { ...spec, volumes: [...spec.volumes, ...volumes] },
      };
      await apply(admin, pod as KubeObject, true);
    }

    await apply(admin, configMap("shop", "one"), false);
    await using detector = await connectAs("drift-detector");
    const refused = async (act: () => Promise<unknown>): Promise<string> => {
      try {
        await act();
      } catch (error) {
        if (isApiError(error)) return error.message;
        throw error;
      }
      return "taken";
    };
    // A policy takes effect some moments after it was stored.
    const write = () => refused(() => apply(detector, configMap("shop", "two"), false));
    await eventually(async () => expect(await write()).toContain("the drift-detector only looks"));
    await apply(admin, configMap("shop", "one"), false);
    expect(await write()).toContain("the drift-detector only looks");
    expect(await refused(() => apply(detector, configMap("shop", "two"), true))).toBe("taken");
    const live = await detector.getObject(refOf(configMap("shop", "")), {}, signal);
    expect(live?.["data"]).toEqual({ value: "one" });

    await using applier = await connectAs("applier");
    // Each connection is asked which cluster it leads to.
    const uid = await admin.clusterUid(signal);
    expect(await Promise.all([applier.clusterUid(signal), detector.clusterUid(signal)])).toEqual([uid, uid]);
    const deployer = "system:serviceaccount:shop:evenkeel-deployer";
    expect(await refused(() => apply(applier, configMap("shop", "two"), false))).toContain("orbidden");
    expect(await refused(() => apply(applier, configMap("shop", "two"), false, deployer))).toBe("taken");
    expect(await refused(() => apply(applier, configMap("default", "two"), false, deployer))).toContain("orbidden");
    const other = "system:serviceaccount:kube-system:default";
    expect(await refused(() => apply(applier, configMap("shop", "two"), true, other))).toContain("impersonate");
  });
});
