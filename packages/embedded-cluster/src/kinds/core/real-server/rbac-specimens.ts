import { meta, type Specimen } from "./specimen.ts";

const rules = [{ apiGroups: ["", "apps"], resources: ["pods"], verbs: ["get", "list"], resourceNames: ["a"] }];

export const rbacSpecimens: readonly Specimen[] = [
  {
    title: "Role",
    object: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { ...meta }, rules },
    hints: { nonResourceURLs: [["/x"], []] },
  },
  {
    title: "ClusterRole",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { ...meta },
      rules: [...rules, { nonResourceURLs: ["/healthz"], verbs: ["get"] }],
      aggregationRule: {
        clusterRoleSelectors: [
          { matchLabels: { a: "b" } },
          { matchExpressions: [{ key: "k", operator: "In", values: ["v"] }] },
        ],
      },
    },
    hints: {
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "Gt"],
      nonResourceURLs: [["/x"], []],
      aggregationRule: [{}, { clusterRoleSelectors: [] }],
    },
  },
  {
    title: "RoleBinding",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { ...meta },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" },
      subjects: [
        { kind: "ServiceAccount", name: "sa", namespace: "ns" },
        { kind: "User", name: "u" },
        { kind: "Group", name: "g", apiGroup: "rbac.authorization.k8s.io" },
      ],
    },
    hints: {
      kind: ["Role", "ClusterRole", "User", "Group", "ServiceAccount"],
      apiGroup: ["", "rbac.authorization.k8s.io"],
    },
  },
  {
    title: "ClusterRoleBinding",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { ...meta },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "r" },
      subjects: [
        { kind: "ServiceAccount", name: "sa", namespace: "ns" },
        { kind: "User", name: "u" },
      ],
    },
    hints: {
      kind: ["Role", "ClusterRole", "User", "Group", "ServiceAccount"],
      apiGroup: ["", "rbac.authorization.k8s.io"],
    },
  },
];
