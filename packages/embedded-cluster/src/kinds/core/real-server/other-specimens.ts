import { meta, type Specimen } from "./specimen.ts";

const backend = { service: { name: "web", port: { number: 80 } } };

export const otherSpecimens: readonly Specimen[] = [
  {
    title: "Ingress",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { ...meta },
      spec: {
        ingressClassName: "nginx",
        defaultBackend: backend,
        tls: [{ hosts: ["a.example.com", "*.example.com"], secretName: "tls" }],
        rules: [
          {
            host: "a.example.com",
            http: {
              paths: [
                { path: "/x", pathType: "Prefix", backend },
                {
                  pathType: "ImplementationSpecific",
                  backend: { resource: { apiGroup: "example.com", kind: "Bucket", name: "b" } },
                },
              ],
            },
          },
          { host: "*.example.com" },
        ],
      },
    },
    hints: {
      pathType: ["Exact", "Prefix", "ImplementationSpecific", "X"],
      path: ["", "/", "x", "/a//b", "/a/./b", "/a/..", "/%2f"],
      host: ["*.example.com", "*", "1.2.3.4", "Bad", "a.*.b", ""],
      port: [{ name: "http" }, { number: 0 }, { name: "http", number: 80 }, { name: "Bad_" }],
      resource: [
        { kind: "", name: "a/b" },
        { apiGroup: "Bad!", kind: "K", name: "n" },
      ],
      annotations: [{ "kubernetes.io/ingress.class": "nginx" }, { "kubernetes.io/ingress.class": "other" }],
      defaultBackend: [{}, { service: { name: "Bad Name", port: { number: 70_000 } } }],
      rules: [[]],
    },
  },
  {
    title: "IngressClass",
    object: {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { ...meta },
      spec: { controller: "example.com/ingress", parameters: { apiGroup: "example.com", kind: "Params", name: "p" } },
    },
    hints: {
      scope: ["Cluster", "Namespace", "X"],
      namespace: ["ns", "Bad_"],
      controller: ["example.com/x y", "x", "a/b/c", "Bad/x", "x".repeat(260)],
    },
  },
  {
    title: "ResourceQuota",
    object: {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { ...meta },
      spec: {
        hard: { "requests.cpu": "1", "limits.cpu": "2", pods: "10" },
        scopes: ["NotTerminating"],
        scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] },
      },
    },
    hints: {
      hard: [
        { pods: "1.5" },
        { cpu: "-1" },
        { services: "1", "example.com/gpu": "500m" },
        { unknown: "1" },
        { "bad name": "1" },
        { "requests.memory": "2Gi", "limits.memory": "1Gi" },
        { cpu: "1n" },
        { "count/jobs.batch": "3" },
        { "hugepages-2Mi": "1" },
      ],
      scopes: [["BestEffort"], ["BestEffort", "NotBestEffort"], ["X"], ["Terminating", "NotTerminating"], []],
      scopeName: ["BestEffort", "PriorityClass", "X", "Terminating", "VolumeAttributesClass"],
      operator: ["In", "NotIn", "Exists", "DoesNotExist", "X"],
      pods: ["1", "0.5", "-1", "1e3"],
      status: [{ hard: { pods: "1" } }],
    },
  },
  {
    title: "LimitRange",
    object: {
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { ...meta },
      spec: {
        limits: [
          {
            type: "Container",
            max: { cpu: "2" },
            min: { cpu: "100m" },
            default: { memory: "1Gi" },
            maxLimitRequestRatio: { cpu: "4" },
          },
          { type: "Pod", max: { memory: "4Gi" } },
          { type: "PersistentVolumeClaim", min: { storage: "1Gi" } },
        ],
      },
    },
    hints: {
      type: ["Container", "Pod", "PersistentVolumeClaim", "example.com/X", "X"],
      max: [{ cpu: "50m" }, { storage: "2Gi" }, { "example.com/gpu": "2" }, { "bad name": "1" }],
      min: [{ cpu: "3" }, { memory: "1n" }],
      default: [{ cpu: "3" }, { cpu: "1m" }, { "hugepages-2Mi": "4Mi" }],
      defaultRequest: [{ cpu: "3" }, { cpu: "1m" }, { "hugepages-2Mi": "2Mi" }],
      maxLimitRequestRatio: [{ cpu: "0.5" }, { cpu: "100" }],
    },
  },
  {
    title: "PriorityClass",
    object: {
      apiVersion: "scheduling.k8s.io/v1",
      kind: "PriorityClass",
      metadata: { ...meta },
      value: 1000,
      description: "x",
    },
    hints: {
      value: [2_000_000_000, 1_000_000_001, -5],
      globalDefault: [true, false],
      preemptionPolicy: ["Never", "PreemptLowerPriority", "X", ""],
    },
  },
  {
    title: "StorageClass",
    object: {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { ...meta },
      provisioner: "example.com/disk",
      parameters: { b: "1", a: "2" },
      allowedTopologies: [{ matchLabelExpressions: [{ key: "zone", values: ["a", "b"] }] }],
    },
    hints: {
      reclaimPolicy: ["Retain", "Delete", "Recycle", "X", ""],
      volumeBindingMode: ["WaitForFirstConsumer", "X", ""],
      provisioner: ["EXAMPLE.com/x", "bad prov", ""],
      parameters: [{ "": "x" }, {}],
      values: [[], ["a", "a"]],
      allowVolumeExpansion: [true],
      mountOptions: [["a"]],
    },
  },
  {
    title: "Lease",
    object: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { ...meta },
      spec: {
        holderIdentity: "me",
        leaseDurationSeconds: 15,
        leaseTransitions: 1,
        renewTime: "2026-01-01T00:00:00.000000Z",
      },
    },
    hints: { strategy: ["OldestEmulationVersion"], preferredHolder: ["x"] },
  },
];
