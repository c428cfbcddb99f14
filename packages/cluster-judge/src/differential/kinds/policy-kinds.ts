import { type FieldRow, kindOf, row } from "./kind-table.ts";

const RBAC = "rbac.authorization.k8s.io/v1";
const read = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
const ruleRows: readonly FieldRow[] = [
  row(
    "/rules",
    [[read], [read, { apiGroups: ["apps"], resources: ["*"], verbs: ["*"] }], []],
    [[{ ...read, verbs: [] }], [{ verbs: ["get"] }], "x"],
  ),
  row("/rules/0/verbs", [["get", "list"], ["watch"]], [[], "get"]),
  row("/rules/0/resourceNames", [["a", "b"]]),
  row("/rules/0/resources", [["pods", "secrets"]], [[]]),
];

export const roles = kindOf(RBAC, "Role", "roles", () => ({ rules: [read] }), [
  ...ruleRows,
  row("/rules/0/nonResourceURLs", [], [["/x"]]),
]);

export const clusterRoles = kindOf(
  RBAC,
  "ClusterRole",
  "clusterroles",
  () => ({ rules: [read] }),
  [
    ...ruleRows,
    row(
      "/rules",
      [[{ nonResourceURLs: ["/healthz"], verbs: ["get"] }]],
      [[{ nonResourceURLs: ["/x"], resources: ["pods"], apiGroups: [""], verbs: ["get"] }]],
    ),
    row(
      "/aggregationRule",
      [{ clusterRoleSelectors: [{ matchLabels: { none: "such" } }] }],
      [
        { clusterRoleSelectors: [] },
        {},
        { clusterRoleSelectors: [{ matchExpressions: [{ key: "a", operator: "Wrong" }] }] },
      ],
    ),
  ],
  { namespaced: false },
);

const subject = { kind: "ServiceAccount", name: "robot", namespace: "default" };
export const roleBindings = kindOf(
  RBAC,
  "RoleBinding",
  "rolebindings",
  () => ({ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" }, subjects: [subject] }),
  [
    row(
      "/subjects",
      [
        [subject],
        [subject, { kind: "User", name: "u", apiGroup: "rbac.authorization.k8s.io" }],
        [{ kind: "Group", name: "g" }],
        [],
      ],
      [[{ kind: "ServiceAccount", name: "x" }], [{ kind: "Robot", name: "x" }], [{ kind: "User", name: "" }]],
    ),
    row("/subjects/0/name", ["other"], [""]),
    row("/roleRef/name", [], ["other", ""]),
    row(
      "/roleRef",
      [],
      [
        { kind: "Wrong", name: "r", apiGroup: "rbac.authorization.k8s.io" },
        { kind: "ClusterRole", name: "r" },
      ],
    ),
  ],
);

const peers = [{ from: [{ podSelector: { matchLabels: { a: "b" } } }], ports: [{ port: 80 }] }];
export const networkPolicies = kindOf(
  "networking.k8s.io/v1",
  "NetworkPolicy",
  "networkpolicies",
  () => ({ spec: { podSelector: {} } }),
  [
    row(
      "/spec/podSelector",
      [{}, { matchLabels: { app: "x" } }, { matchExpressions: [{ key: "a", operator: "Exists" }] }],
      [{ matchExpressions: [{ key: "a", operator: "In" }] }, { matchLabels: { "a b": "c" } }],
    ),
    row(
      "/spec/ingress",
      [peers, [{}], [], [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }] }]],
      [
        [{ from: [{}] }],
        [{ from: [{ ipBlock: { cidr: "x" } }] }],
        [{ from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/8"] } }] }],
      ],
    ),
    row(
      "/spec/egress",
      [[{ to: [{ namespaceSelector: {} }] }], [{ ports: [{ protocol: "UDP", port: 53, endPort: 55 }] }], []],
      [[{ ports: [{ port: "http", endPort: 9 }] }], [{ ports: [{ port: 0 }] }]],
    ),
    row("/spec/policyTypes", [["Ingress"], ["Ingress", "Egress"]], [["Other"], ["Ingress", "Egress", "Ingress"]]),
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
    row("/spec/rules/0/host", ["b.example.com", "*.example.com", ""], ["Bad_Host", "10.0.0.1", "*.*.com"]),
    row("/spec/rules/0/http/paths/0/path", ["/x", "/x/y"], ["x", "/a//b", ""]),
    row("/spec/rules/0/http/paths/0/pathType", ["Exact", "ImplementationSpecific"], ["Regex", ""]),
    row(
      "/spec/rules/0/http/paths/0/backend",
      [
        { service: { name: "web", port: { name: "http" } } },
        { resource: { apiGroup: "example.com", kind: "Bucket", name: "b" } },
      ],
      [{}, { service: { name: "web" } }, { service: { name: "web", port: { name: "http", number: 80 } } }],
    ),
    row("/spec/defaultBackend", [backend], [{ service: { name: "Bad_Name", port: { number: 80 } } }]),
    row("/spec/ingressClassName", ["nginx", ""], ["Bad Class"]),
    row("/spec/tls", [[{ hosts: ["a.example.com"], secretName: "tls" }], [{}], []], [[{ hosts: ["Bad_Host"] }]]),
    row("/spec/rules", [[{ host: "c.example.com" }], []], [[{ http: { paths: [] } }]]),
    row("/metadata/annotations/kubernetes.io~1ingress.class", ["nginx"]),
  ],
  {
    subresources: ["status"],
    status: [
      row(
        "/status/loadBalancer/ingress",
        [[{ ip: "192.0.2.9" }], [{ hostname: "lb", ports: [{ port: 80, protocol: "TCP" }] }]],
        [[{ ip: "x" }]],
      ),
    ],
  },
);

export const disruptionBudgets = kindOf(
  "policy/v1",
  "PodDisruptionBudget",
  "poddisruptionbudgets",
  (name) => ({ spec: { minAvailable: 1, selector: { matchLabels: { app: name } } } }),
  [
    row("/spec/minAvailable", [2, "50%", 0], [-1, "x", "150%"]),
    row("/spec/maxUnavailable", [], [1]),
    row(
      "/spec/selector",
      [{ matchLabels: { app: "other" } }, {}],
      [{ matchExpressions: [{ key: "a", operator: "Wrong" }] }],
    ),
    row("/spec/unhealthyPodEvictionPolicy", ["AlwaysAllow", "IfHealthyBudget"], ["Maybe"]),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/currentHealthy", [1, 2], [-1]),
      row("/status/disruptionsAllowed", [1]),
      row("/status/desiredHealthy", [1]),
      row("/status/expectedPods", [2]),
      row("/status/observedGeneration", [1]),
    ],
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
export const webhookConfigurations = kindOf(
  "admissionregistration.k8s.io/v1",
  "ValidatingWebhookConfiguration",
  "validatingwebhookconfigurations",
  () => ({ webhooks: [{ name: "one.example.com", ...hook, rules: [rule] }] }),
  [
    row("/webhooks/0/failurePolicy", ["Ignore"], ["Maybe"]),
    row("/webhooks/0/matchPolicy", ["Exact", "Equivalent"], ["Rough"]),
    row("/webhooks/0/sideEffects", ["NoneOnDryRun"], ["Some", "Unknown"]),
    row("/webhooks/0/timeoutSeconds", [1, 30], [0, 31]),
    row("/webhooks/0/clientConfig/caBundle", [], ["AAEC"]),
    row(
      "/webhooks/0/clientConfig",
      [{ service: { name: "s", namespace: "n", path: "/x" } }, { service: { name: "s", namespace: "n", port: 8443 } }],
      [{}, { url: "http://x/" }, { url: "https://x/", service: { name: "s", namespace: "n" } }],
    ),
    row("/webhooks/0/admissionReviewVersions", [["v1", "v1beta1"]], [[], ["v9"]]),
    row("/webhooks/0/namespaceSelector", [{ matchLabels: { a: "b" } }], [{ matchLabels: { a: "b c" } }]),
    row("/webhooks/0/objectSelector", [{}]),
    row("/webhooks/0/rules/0/operations", [["CREATE", "UPDATE"], ["*"]], [[], ["SING"], ["*", "CREATE"]]),
    row("/webhooks/0/rules/0/scope", ["Namespaced", "*"], ["Some"]),
    row(
      "/webhooks/0/matchConditions",
      [[{ name: "c", expression: "true" }]],
      [
        [{ name: "c", expression: "" }],
        [
          { name: "c", expression: "true" },
          { name: "c", expression: "false" },
        ],
      ],
    ),
    row(
      "/webhooks/1",
      [{ name: "two.example.com", ...hook }],
      [
        { name: "one.example.com", ...hook },
        { name: "two", ...hook },
      ],
    ),
    row("/webhooks", [[]]),
  ],
  { namespaced: false },
);
