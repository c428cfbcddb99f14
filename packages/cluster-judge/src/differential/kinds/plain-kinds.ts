import { type FieldRow, kindOf, needed, row } from "./kind-table.ts";

const GROUP = "rbac.authorization.k8s.io";
const RBAC = `${GROUP}/v1`;
const read = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };

export const roles = kindOf(RBAC, "Role", "roles", () => ({ rules: [read] }), [
  row("/rules", [[read], [read, { apiGroups: ["apps"], resources: ["*"], verbs: ["*"] }], []], ["x"]),
]);

const subject = { kind: "ServiceAccount", name: "robot", namespace: "default" };
const bindingRows = (kind: string): readonly FieldRow[] => [
  row("/subjects", [
    [subject],
    [subject, { kind: "User", name: "u", apiGroup: GROUP }],
    [{ kind: "Group", name: "g" }],
    [],
  ]),
  row("/roleRef", [], [{ apiGroup: GROUP, kind, name: "other" }]),
];
export const roleBindings = kindOf(
  RBAC,
  "RoleBinding",
  "rolebindings",
  () => ({ roleRef: { apiGroup: GROUP, kind: "Role", name: "r" }, subjects: [subject] }),
  bindingRows("Role"),
);
export const clusterRoleBindings = kindOf(
  RBAC,
  "ClusterRoleBinding",
  "clusterrolebindings",
  () => ({ roleRef: { apiGroup: GROUP, kind: "ClusterRole", name: "none-such" }, subjects: [subject] }),
  bindingRows("ClusterRole"),
  { namespaced: false },
);

const peers = [{ from: [{ podSelector: { matchLabels: { a: "b" } } }], ports: [{ port: 80 }] }];
export const networkPolicies = kindOf(
  "networking.k8s.io/v1",
  "NetworkPolicy",
  "networkpolicies",
  () => ({ spec: { podSelector: {} } }),
  [
    row("/spec/podSelector", [{}, { matchLabels: { app: "x" } }]),
    row("/spec/ingress", [peers, [{}], [], [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }]]),
    row("/spec/egress", [[{ to: [{ namespaceSelector: {} }] }], [{ ports: [{ protocol: "UDP", port: 53 }] }], []]),
    row("/spec/policyTypes", [["Ingress"], ["Ingress", "Egress"]]),
  ],
);

const backend = { service: { name: "web", port: { number: 80 } } };
export const ingresses = kindOf(
  "networking.k8s.io/v1",
  "Ingress",
  "ingresses",
  () => ({
    spec: { rules: [{ host: "a.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }] },
  }),
  [
    row("/spec/rules/0/host", ["b.example.com", "*.example.com", ""]),
    row("/spec/defaultBackend", [backend]),
    needed("/spec/ingressClassName", ["nginx"]),
    row("/spec/tls", [[{ hosts: ["a.example.com"], secretName: "tls" }], [{}], []]),
  ],
  {
    subresources: ["status"],
    status: [row("/status/loadBalancer/ingress", [[{ ip: "192.0.2.9" }], [{ hostname: "lb" }]])],
  },
);

export const disruptionBudgets = kindOf(
  "policy/v1",
  "PodDisruptionBudget",
  "poddisruptionbudgets",
  (name) => ({ spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } }),
  [row("/spec/minAvailable", [2, "50%", 0]), row("/spec/selector", [{ matchLabels: { app: "other" } }, {}])],
  {
    subresources: ["status"],
    status: [row("/status/currentHealthy", [1, 2]), row("/status/observedGeneration", [1])],
  },
);

const hook = {
  admissionReviewVersions: ["v1"],
  sideEffects: "None",
  failurePolicy: "Ignore",
  clientConfig: { url: "https://none.example.com/" },
};
const rule = { apiGroups: ["none.example.com"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["none"] };
/** Matches nothing that exists, or it would refuse the neighbours' requests. */
const webhookKind = (kind: string, plural: string, more: readonly FieldRow[]) =>
  kindOf(
    "admissionregistration.k8s.io/v1",
    kind,
    plural,
    () => ({ webhooks: [{ name: "one.example.com", ...hook, rules: [rule] }] }),
    [
      ...more,
      needed("/webhooks/0/matchPolicy", ["Exact", "Equivalent"]),
      needed("/webhooks/0/sideEffects", ["NoneOnDryRun"]),
      needed("/webhooks/0/timeoutSeconds", [1, 30]),
      needed("/webhooks/0/admissionReviewVersions", [["v1", "v1beta1"]]),
      row("/webhooks/0/namespaceSelector", [{ matchLabels: { a: "b" } }]),
      needed("/webhooks/0/rules/0/operations", [["CREATE", "UPDATE"], ["*"]]),
      needed("/webhooks/0/rules/0/scope", ["Namespaced", "*"]),
      needed("/webhooks/1", [{ name: "two.example.com", ...hook }]),
      row("/webhooks", [[]]),
    ],
    { namespaced: false },
  );
export const validatingConfigurations = webhookKind(
  "ValidatingWebhookConfiguration",
  "validatingwebhookconfigurations",
  [],
);
export const mutatingConfigurations = webhookKind("MutatingWebhookConfiguration", "mutatingwebhookconfigurations", [
  needed("/webhooks/0/reinvocationPolicy", ["Never", "IfNeeded"]),
]);

export const leases = kindOf("coordination.k8s.io/v1", "Lease", "leases", () => ({ spec: { holderIdentity: "me" } }), [
  needed("/spec/holderIdentity", ["you"]),
  needed("/spec/leaseDurationSeconds", [15, 30]),
  row("/spec/leaseTransitions", [0, 3]),
  row("/spec/renewTime", ["2024-01-01T00:00:00.000000Z", "2024-01-01T00:00:00.123456Z"], ["2024-01-01T00:00:00Z", "x"]),
]);

export const priorityClasses = kindOf(
  "scheduling.k8s.io/v1",
  "PriorityClass",
  "priorityclasses",
  () => ({ value: 10 }),
  [row("/description", ["some", ""])],
  { namespaced: false },
);

export const storageClasses = kindOf(
  "storage.k8s.io/v1",
  "StorageClass",
  "storageclasses",
  () => ({ provisioner: "example.com/disk" }),
  [row("/allowVolumeExpansion", [true, false]), row("/mountOptions", [["ro"], []])],
  { namespaced: false },
);
