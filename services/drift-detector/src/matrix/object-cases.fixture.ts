// For tests only.
import { adding, setting } from "./change.fixture.ts";
import { autoscaler, configMap, deployment, role, secret, service, webhookConfiguration } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

const CA_BUNDLE = Buffer.from("no certificate").toString("base64");
const unchanged = <T>(object: T): T => object;

/** D18 to D23, D30 to D44, D58: other kinds, deletion, API versions. */
export const objectCases: readonly DriftCase[] = [
  {
    id: "D18",
    title: "Secret data edited (the body carries data, not stringData)",
    manifest: secret("d18"),
    edit: (e) => e.merge({ stringData: { password: "other" } }),
    expected: "DRIFT",
    paths: ["data.password"],
  },
  {
    id: "D19",
    title: "Secret data removed",
    manifest: secret("d19"),
    edit: (e) => e.merge({ data: null }),
    expected: "DRIFT",
  },
  {
    id: "D20a",
    title: "ConfigMap key changed",
    manifest: configMap("d20a"),
    edit: (e) => e.merge({ data: { key: "2" } }, { manager: "kubectl-patch" }),
    expected: "DRIFT",
    paths: ["data.key"],
    managers: ["kubectl-patch"],
  },
  {
    id: "D20b",
    title: "ConfigMap key deleted",
    manifest: configMap("d20b"),
    edit: (e) => e.merge({ data: { key: null } }),
    expected: "DRIFT",
    paths: ["data.key"],
  },
  {
    id: "D21",
    title: "ConfigMap key added",
    manifest: configMap("d21"),
    edit: (e) => e.merge({ data: { theirs: "2" } }),
    expected: "IN_SYNC",
  },
  {
    id: "D22",
    title: "RBAC rule appended (atomic list)",
    manifest: role("d22"),
    edit: (e) => e.put(adding(["rules"], { apiGroups: [""], resources: ["secrets"], verbs: ["*"] })),
    expected: "DRIFT",
    paths: ["rules"],
  },
  {
    id: "D23",
    title: "aggregated ClusterRole, rules filled by another and not owned",
    namespaced: false,
    manifest: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "matrix-d23" },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { none: "such" } }] },
    },
    edit: (e) => e.put(setting(["rules"], [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }])),
    expected: "IN_SYNC",
  },
  {
    id: "D29a",
    title: "annotations: {} and data: {} in the manifest, keys added by another",
    manifest: { ...configMap("d29a", {}), metadata: { name: "d29a", annotations: {} } },
    edit: (e) => e.merge({ metadata: { annotations: { theirs: "x" } }, data: { theirs: "x" } }),
    expected: "IN_SYNC",
  },
  {
    id: "D30b",
    title: "rules: [] and subjects: []",
    manifest: { ...role("d30b"), rules: [] },
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D30c",
    title: "loadBalancerSourceRanges: []",
    manifest: setting(["spec", "loadBalancerSourceRanges"], [])(service("d30c")),
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D31",
    title: "finalizer added by another",
    manifest: configMap("d31"),
    edit: (e) => e.merge({ metadata: { finalizers: ["their.example.com/x"] } }),
    expected: "IN_SYNC",
  },
  {
    id: "D32a",
    title: "our finalizer removed",
    manifest: setting(["metadata", "finalizers"], ["our.example.com/x"])(configMap("d32a")),
    edit: (e) => e.merge({ metadata: { finalizers: null } }),
    expected: "DRIFT",
  },
  {
    id: "D32b",
    title: "our ownerReference removed",
    manifest: setting(
      ["metadata", "ownerReferences"],
      [{ apiVersion: "v1", kind: "ConfigMap", name: "none", uid: "11111111-1111-1111-1111-111111111111" }],
    )(configMap("d32b")),
    edit: (e) => e.merge({ metadata: { ownerReferences: null } }),
    expected: "DRIFT",
  },
  {
    id: "D35",
    title: "deleted",
    manifest: configMap("d35"),
    edit: (e) => e.remove(),
    expected: "MISSING",
  },
  {
    id: "D36",
    title: "deleted and recreated with the same content",
    manifest: configMap("d36"),
    edit: async (e) => {
      await e.remove();
      await e.create(e.manifest);
    },
    expected: "OWN",
  },
  {
    id: "D37",
    title: "recreated with another value",
    manifest: configMap("d37"),
    edit: async (e) => {
      await e.remove();
      await e.create(setting(["data", "key"], "2")(e.manifest), "kubectl-create");
    },
    expected: "DRIFT",
    managers: ["kubectl-create"],
  },
  {
    id: "D38",
    title: "deletion in progress, held by a finalizer",
    manifest: setting(["metadata", "finalizers"], ["our.example.com/x"])(configMap("d38")),
    edit: (e) => e.remove(),
    expected: "TERMINATING",
  },
  {
    id: "D39",
    title: "Service type widened by another, address and nodePort allocated",
    manifest: service("d39"),
    edit: (e) => e.merge({ spec: { type: "NodePort" } }),
    expected: "IN_SYNC",
  },
  {
    id: "D40",
    title: "Service targetPort edited",
    manifest: service("d40"),
    edit: (e) => e.put(setting(["spec", "ports", 0, "targetPort"], 9090)),
    expected: "DRIFT",
    paths: ["spec.ports[port=80,protocol=TCP].targetPort"],
  },
  {
    id: "D41",
    title: "HPA with cpu and memory metrics, touched by another",
    manifest: autoscaler("d41", ["cpu", "memory"]),
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D42",
    title: "edit through another API version (HPA v1)",
    manifest: autoscaler("d42", ["cpu"]),
    edit: (e) => e.put(setting(["spec", "maxReplicas"], 9), { version: "v1" }),
    expected: "DRIFT",
    paths: ["spec.maxReplicas"],
  },
  {
    id: "D43a",
    title: "no-op PUT through HPA v1, one metric",
    manifest: autoscaler("d43a", ["cpu"]),
    edit: (e) => e.put(unchanged, { version: "v1" }),
    expected: "IN_SYNC",
  },
  {
    id: "D43b",
    title: "no-op PUT through HPA v1 that swaps two metrics (found by the value test alone)",
    manifest: autoscaler("d43b", ["cpu", "memory"]),
    edit: (e) => e.put(unchanged, { version: "v1" }),
    expected: "DRIFT",
    candidate: true,
  },
  {
    id: "D44",
    title: "StatefulSet volumeClaimTemplates defaults",
    manifest: {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "d44" },
      spec: {
        serviceName: "d44",
        selector: { matchLabels: { app: "d44" } },
        template: { metadata: { labels: { app: "d44" } }, spec: { containers: [{ name: "db", image: "db:1" }] } },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      },
    },
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D54a",
    title: "webhook configuration: caBundle injected by another, not owned",
    namespaced: false,
    manifest: webhookConfiguration("matrix-d54a", {}),
    edit: (e) => e.json([{ op: "add", path: "/webhooks/0/clientConfig/caBundle", value: CA_BUNDLE }]),
    expected: "IN_SYNC",
  },
  {
    id: "D54b",
    title: "webhook configuration: owned failurePolicy flipped",
    namespaced: false,
    manifest: webhookConfiguration("matrix-d54b", {}),
    edit: (e) => e.json([{ op: "replace", path: "/webhooks/0/failurePolicy", value: "Fail" }]),
    expected: "DRIFT",
    paths: ["webhooks[name=none.matrix.example.com].failurePolicy"],
  },
  {
    id: "D61",
    title: "manifest with status, uid, resourceVersion and managedFields, touched by another",
    manifest: {
      ...deployment("d61", { metadata: { uid: "x", resourceVersion: "1", managedFields: [], generation: 7 } }),
      status: { replicas: 9 },
    },
    edit: (e) => e.merge({ metadata: { labels: { theirs: "x" } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D58",
    title: "non-canonical quantity, applied again by ourselves",
    manifest: deployment("d58", { container: { resources: { limits: { cpu: "1000m" } } } }),
    edit: (e) => e.apply(e.manifest, { manager: "evenkeel" }),
    expected: "IN_SYNC",
    candidate: false,
  },
];
