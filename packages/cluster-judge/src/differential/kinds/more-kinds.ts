import type { ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { type KindTable, kindOf, row } from "./kind-table.ts";
import { podFields, podTemplate } from "./pod-fields.ts";

/** A pod is a template without the level above; most of it may not change. */
const pods = kindOf(
  "v1",
  "Pod",
  "pods",
  (name) => ({ spec: podTemplate(name)["spec"] as ValueMap }),
  [
    row("/spec/containers/0/image", ["web:2", "web:3"], [""]),
    row("/spec/activeDeadlineSeconds", [100, 50], [-1]),
    row("/spec/tolerations", [[{ key: "a", operator: "Exists" }]]),
    ...podFields("", ["Always", "Never"]).filter(({ at }) => at.startsWith("/spec")),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/phase", ["Running", "Failed", "Succeeded"], ["Odd"]),
      row("/status/conditions", [
        [{ type: "Ready", status: "True" }],
        [{ type: "Ready", status: "False", reason: "R" }],
      ]),
      row("/status/podIP", ["10.1.1.1"], ["x"]),
      row("/status/containerStatuses", [
        [{ name: "web", image: "web:1", imageID: "", ready: true, restartCount: 1, state: { running: {} } }],
      ]),
      row("/status/observedGeneration", [1]),
    ],
  },
);

const replicaSets = kindOf(
  "apps/v1",
  "ReplicaSet",
  "replicasets",
  (name) => ({ spec: { selector: { matchLabels: { app: name } }, template: podTemplate(name) } }),
  [
    row("/spec/replicas", [0, 2, 5], [-1]),
    row("/spec/minReadySeconds", [0, 5], [-1]),
    row("/spec/selector", [], [{ matchLabels: { app: "other" } }]),
    ...podFields("/spec/template"),
  ],
  {
    subresources: ["status", "scale"],
    status: [
      row("/status/replicas", [0, 1, 2], [-1]),
      row("/status/readyReplicas", [1, 9]),
      row("/status/observedGeneration", [1]),
    ],
  },
);

const endpoint = { addresses: ["10.1.1.1"] };
const endpointSlices = kindOf(
  "discovery.k8s.io/v1",
  "EndpointSlice",
  "endpointslices",
  () => ({ addressType: "IPv4", endpoints: [endpoint], ports: [{ name: "http", port: 80 }] }),
  [
    row("/addressType", [], ["IPv6", "Other", "FQDN"]),
    row(
      "/endpoints",
      [
        [endpoint, { addresses: ["10.1.1.2"], conditions: { ready: false } }],
        [{ ...endpoint, nodeName: "n", zone: "z", hints: { forZones: [{ name: "z" }] } }],
        [],
      ],
      [[{ addresses: [] }], [{ addresses: ["x"] }]],
    ),
    row("/endpoints/0/hostname", ["a"], ["A_b"]),
    row(
      "/ports",
      [
        [
          { name: "a", port: 1 },
          { name: "b", port: 2, protocol: "UDP" },
        ],
        [{}],
        [],
      ],
      [[{ name: "a" }, { name: "a" }], [{ name: "Bad_Name" }]],
    ),
    row("/ports/0/appProtocol", ["http"], ["a b"]),
  ],
);

const leases = kindOf("coordination.k8s.io/v1", "Lease", "leases", () => ({ spec: { holderIdentity: "me" } }), [
  row("/spec/holderIdentity", ["you", ""]),
  row("/spec/leaseDurationSeconds", [15, 30], [0, -1]),
  row("/spec/leaseTransitions", [0, 3], [-1]),
  row("/spec/renewTime", ["2024-01-01T00:00:00.000000Z", "2024-01-01T00:00:00.123456Z"], ["2024-01-01T00:00:00Z", "x"]),
  row("/spec/strategy", [], ["OldestEmulationVersion"]),
]);

const priorityClasses = kindOf(
  "scheduling.k8s.io/v1",
  "PriorityClass",
  "priorityclasses",
  () => ({ value: 10 }),
  [
    row("/value", [], [20, 2_000_000_000]),
    row("/description", ["some", ""]),
    row("/preemptionPolicy", ["PreemptLowerPriority"], ["Never", "Odd"]),
  ],
  { namespaced: false },
);

const storageClasses = kindOf(
  "storage.k8s.io/v1",
  "StorageClass",
  "storageclasses",
  () => ({ provisioner: "example.com/disk" }),
  [
    row("/provisioner", [], ["example.com/other", "Bad Name", ""]),
    row("/parameters", [], [{ a: "b" }]),
    row("/reclaimPolicy", [], ["Retain", "Odd"]),
    row("/allowVolumeExpansion", [true, false]),
    row("/volumeBindingMode", [], ["WaitForFirstConsumer", "Odd"]),
    row("/mountOptions", [["ro"], []]),
    row(
      "/allowedTopologies",
      [[{ matchLabelExpressions: [{ key: "z", values: ["a"] }] }]],
      [[{ matchLabelExpressions: [{ key: "z", values: [] }] }]],
    ),
  ],
  { namespaced: false },
);

const subject = { kind: "User", name: "u", apiGroup: "rbac.authorization.k8s.io" };
const clusterRoleBindings = kindOf(
  "rbac.authorization.k8s.io/v1",
  "ClusterRoleBinding",
  "clusterrolebindings",
  () => ({
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "none-such" },
    subjects: [subject],
  }),
  [
    row(
      "/subjects",
      [[subject], [{ kind: "ServiceAccount", name: "robot", namespace: "default" }], []],
      [[{ kind: "ServiceAccount", name: "x" }], [{ kind: "Robot", name: "x" }]],
    ),
    row("/roleRef/name", [], ["other"]),
    row("/roleRef/kind", [], ["Role"]),
  ],
  { namespaced: false },
);

const hook = {
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  failurePolicy: "Ignore",
  clientConfig: { url: "https://none.example.com/" },
};
const mutatingConfigurations = kindOf(
  "admissionregistration.k8s.io/v1",
  "MutatingWebhookConfiguration",
  "mutatingwebhookconfigurations",
  () => ({
    webhooks: [
      {
        name: "one.example.com",
        ...hook,
        rules: [{ apiGroups: ["none.example.com"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["none"] }],
      },
    ],
  }),
  [
    row("/webhooks/0/reinvocationPolicy", ["Never", "IfNeeded"], ["Always"]),
    row("/webhooks/0/matchPolicy", ["Exact", "Equivalent"], ["Rough"]),
    row("/webhooks/0/timeoutSeconds", [1, 30], [0, 31]),
    row("/webhooks/0/sideEffects", ["NoneOnDryRun"], ["Some"]),
    row("/webhooks/1", [{ name: "two.example.com", ...hook }], [{ name: "one.example.com", ...hook }]),
  ],
  { namespaced: false },
);

/** Kinds that mixed sequences leave out; each has sequences of its own. */
export const moreKinds: readonly KindTable[] = [
  pods,
  replicaSets,
  endpointSlices,
  leases,
  priorityClasses,
  storageClasses,
  clusterRoleBindings,
  mutatingConfigurations,
];
