import { readFileSync } from "node:fs";
import { join } from "node:path";

import { runningServices, services } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { beforeAll, describe, expect, it } from "vitest";

import { build, field, root, workloadsOf } from "./manifests.ts";

const reachClusters: readonly string[] = runningServices.filter((name) => services[name].reachesClusters);

let dev: readonly KubeObject[] = [];
beforeAll(async () => {
  dev = await build("overlays/dev");
});

const ofKind = (kind: string): readonly KubeObject[] => dev.filter((object) => object.kind === kind);
const named = (kind: string, name: string): KubeObject =>
  ofKind(kind).find(({ metadata }) => metadata.name === name) ?? expect.fail(`${kind} ${name} is not there`);
const workloads = (): readonly KubeObject[] => workloadsOf(dev);
const rulesOf = (kind: "ClusterRole" | "Role") =>
  ofKind(kind).flatMap(({ metadata, rules }) =>
    (rules as readonly object[]).map((rule) => ({ role: metadata.name, ...rule }) as Readonly<Record<string, unknown>>),
  );

describe("the manifests", () => {
  it("have one Deployment a service, each with its own account, identity and budget", () => {
    expect(
      ofKind("Deployment")
        .map(({ metadata }) => metadata.name)
        .toSorted(),
    ).toEqual([...runningServices].toSorted());
    for (const name of runningServices) {
      const pod = field(named("Deployment", name), "spec", "template", "spec");
      expect(field(pod, "serviceAccountName")).toBe(name);
      expect(field(pod, "volumes")).toContainEqual({ name: "seed", secret: { secretName: `bus-${name}` } });
      const holdsRecordKey = reachClusters.includes(name);
      const volumes = field(pod, "volumes") as readonly object[];
      expect(volumes.some((volume) => field(volume, "secret", "secretName") === "evenkeel-record")).toBe(
        holdsRecordKey,
      );
      const mounted = field(pod, "containers", 0, "volumeMounts") as readonly { readonly mountPath: string }[];
      expect(mounted.some(({ mountPath }) => mountPath === "/etc/evenkeel/record")).toBe(holdsRecordKey);
      expect(mounted.length).toBeGreaterThanOrEqual(5);
      expect(field(named("PodDisruptionBudget", name), "spec", "selector", "matchLabels")).toMatchObject({
        "app.kubernetes.io/name": name,
      });
    }
  });

  it("run without root, shell rights, writable root or privileges, with limits", () => {
    for (const workload of workloads()) {
      const pod = field(workload, "spec", "template", "spec");
      expect(pod.securityContext, workload.metadata.name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65534,
        seccompProfile: { type: "RuntimeDefault" },
      });
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.anything() },
          limits: { memory: expect.anything() },
        });
      }
      for (const volume of pod.volumes)
        if (volume.emptyDir !== undefined) expect(volume.emptyDir.sizeLimit).toBeDefined();
    }
  });

  it("mount a token only where an API server is reached", () => {
    for (const workload of workloads()) {
      const { name } = workload.metadata;
      expect(field(workload, "spec", "template", "spec", "automountServiceAccountToken"), name).toBe(
        reachClusters.includes(name),
      );
    }
    for (const account of ofKind("ServiceAccount")) expect(field(account, "automountServiceAccountToken")).toBe(false);
  });

  it("give rights to nobody but the two services that reach clusters", () => {
    const bindings = [...ofKind("ClusterRoleBinding"), ...ofKind("RoleBinding")];
    const accounts = bindings.flatMap((binding) =>
      field(binding, "subjects").map(({ name }: { name: string }) => name),
    );
    expect(new Set(accounts)).toEqual(new Set(reachClusters));
  });

  it("grant no wildcard, and the drift-detector no write that the policy cannot see", () => {
    const rules = [...rulesOf("ClusterRole"), ...rulesOf("Role")];
    for (const rule of rules) expect(JSON.stringify(rule)).not.toContain('"*"');
    const writes = rules.filter(({ verbs }) =>
      (verbs as readonly string[]).some((verb) => !["get", "list", "watch"].includes(verb)),
    );
    expect(new Set(writes.map(({ role }) => role))).toEqual(
      new Set(["evenkeel-confirm-drift", "evenkeel-act-as-deployer", "applier-anchors"]),
    );
    const patched = rules.filter(({ role }) => role === "evenkeel-confirm-drift");
    for (const { verbs, apiGroups } of patched) {
      expect(verbs).toEqual(["patch"]);
      expect(apiGroups).not.toContain("admissionregistration.k8s.io");
    }
  });

  it("let the applier act only as accounts that are named", () => {
    const impersonates = rulesOf("ClusterRole").filter(({ verbs }) =>
      (verbs as readonly string[]).includes("impersonate"),
    );
    expect(impersonates).toMatchObject([{ resources: ["serviceaccounts"], resourceNames: ["evenkeel-deployer"] }]);
  });

  it("deny all traffic but what is named; the renderer reaches the bus and nothing else of its own", () => {
    expect(field(named("NetworkPolicy", "default-deny"), "spec")).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    const selects = (policy: KubeObject, labels: Readonly<Record<string, string>>): boolean => {
      const { matchLabels = {}, matchExpressions = [] } = field(policy, "spec", "podSelector");
      return (
        Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
        matchExpressions.every((one: { readonly key: string; readonly values: readonly string[] }) =>
          one.values.includes(labels[one.key] ?? ""),
        )
      );
    };
    const policiesOf = (name: string): readonly string[] => {
      const labels = field(named("Deployment", name), "spec", "template", "metadata", "labels");
      const chosen = ofKind("NetworkPolicy").filter((policy) => selects(policy, labels));
      return chosen.map(({ metadata }) => metadata.name).filter((each) => each !== "default-deny");
    };
    expect(policiesOf("renderer")).toEqual(["every-service", "reach-bus"]);
    expect(policiesOf("status-api")).toEqual(["every-service", "reach-bus", "status-api"]);
    expect(policiesOf("applier")).toEqual(["clusters", "every-service", "reach-bus"]);
    expect(policiesOf("source-watcher")).toEqual(["every-service", "reach-bus", "source-watcher"]);
    const bus = field(named("NetworkPolicy", "bus"), "spec");
    expect(bus.policyTypes).toEqual(["Ingress", "Egress"]);
    expect(bus.ingress).toHaveLength(1);
    expect(bus.ingress[0].ports).toEqual([{ protocol: "TCP", port: 4222 }]);
  });
});

describe("the image", () => {
  const dockerfile = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
  it("installs from the lock file without scripts, and runs as nobody", () => {
    expect(dockerfile).toContain("npm ci --omit=dev --ignore-scripts");
    expect(dockerfile).not.toMatch(/npm (install|i) /);
    expect(dockerfile).toMatch(/^USER 65534:65534$/m);
  });
  it("holds the render tools in the renderer's alone, and git in the source-watcher's alone", () => {
    const stages = dockerfile.split(/^(?=FROM )/m);
    const final = stages.filter((stage) => /^FROM \S+ AS for-/.test(stage));
    expect(new Set(final.map((stage) => /AS for-(\S+)/.exec(stage)?.[1]))).toEqual(new Set(runningServices));
    const having = (text: string): readonly (string | undefined)[] =>
      final.filter((stage) => stage.includes(text)).map((stage) => /AS for-(\S+)/.exec(stage)?.[1]);
    expect(having("/opt/tools")).toEqual(["renderer"]);
    expect(having("openssh-client")).toEqual(["source-watcher"]);
  });
});
