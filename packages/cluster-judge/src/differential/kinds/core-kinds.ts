import type { ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { type FieldRow, type KindTable, kindOf, row } from "./kind-table.ts";

const core = (
  kind: string,
  plural: string,
  content: (name: string) => ValueMap,
  fields: readonly FieldRow[],
  more: Partial<KindTable> = {},
): KindTable => kindOf("v1", kind, plural, content, fields, more);

export const configMaps = core("ConfigMap", "configmaps", () => ({ data: { key: "1" } }), [
  row("/data/key", ["1", "2", "", "3\n"], [1, true, null, {}]),
  row("/data/other", ["x", "y"], [["x"]]),
  row("/data/bad key", [], ["x"]),
  row("/data", [{ a: "1", b: "2" }, {}], ["x", []]),
  row("/binaryData/bin", ["AAEC", "aGVsbG8="], ["not base64!", 5]),
  row("/binaryData/key", [], ["AAEC"]),
  row("/immutable", [true, false], ["yes", 1]),
]);

export const secrets = core("Secret", "secrets", () => ({ data: { password: "aHVudGVyMg==" } }), [
  row("/data/password", ["b3RoZXI=", ""], ["not base64!", 5]),
  row("/data/more", ["eA==", "eHk="]),
  row("/data/bad key", [], ["eA=="]),
  row("/stringData/password", ["plain", "other"], [7]),
  row("/stringData/fresh", ["made", ""]),
  row("/type", ["Opaque"], ["kubernetes.io/tls", "example.com/mine", "kubernetes.io/service-account-token", ""]),
  row("/immutable", [true, false]),
  row("/data", [{}, { a: "YQ==" }]),
]);

export const serviceAccounts = core("ServiceAccount", "serviceaccounts", () => ({}), [
  row("/automountServiceAccountToken", [true, false], ["no"]),
  row("/imagePullSecrets", [[{ name: "a" }], [{ name: "a" }, { name: "b" }], []], [[1], "x"]),
  row("/secrets", [[{ name: "s" }], [{ name: "s" }, { name: "t", namespace: "n" }]], [[{ nam: "s" }]]),
]);

export const services = core(
  "Service",
  "services",
  (name) => ({ spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }] } }),
  [
    row("/spec/type", ["NodePort", "ClusterIP", "LoadBalancer"], ["Other", "ExternalName"]),
    row("/spec/selector/app", ["other", ""], ["no good"]),
    row("/spec/selector", [{ a: "b" }, {}]),
    row("/spec/ports/0/targetPort", [9090, "http", "8081"], [0, "Not_A_Port", 70000, ""]),
    row("/spec/ports/0/port", [81, 443], [0, 70000, "80"]),
    row("/spec/ports/0/name", ["web", ""], ["Bad_Name"]),
    row("/spec/ports/0/appProtocol", ["http", "example.com/x"], ["no good"]),
    row("/spec/ports/0/protocol", ["UDP"], ["XTP"]),
    row("/spec/ports/0/nodePort", [], [80, 70000]),
    row(
      "/spec/ports",
      [
        [
          { name: "a", port: 80 },
          { name: "b", port: 81, protocol: "UDP" },
        ],
      ],
      [
        [],
        [{ port: 80 }, { port: 81 }],
        [
          { name: "a", port: 80 },
          { name: "a", port: 81 },
        ],
        [
          { name: "a", port: 80 },
          { name: "b", port: 80 },
        ],
      ],
    ),
    row("/spec/sessionAffinity", ["ClientIP", "None"], ["Sticky"]),
    row("/spec/sessionAffinityConfig", [{ clientIP: { timeoutSeconds: 60 } }], [{ clientIP: { timeoutSeconds: 0 } }]),
    row("/spec/clusterIP", ["None"], ["1.2.3.4", "x", "", "10.96.0.1"]),
    row("/spec/externalTrafficPolicy", ["Cluster", "Local"], ["Near"]),
    row("/spec/internalTrafficPolicy", ["Local", "Cluster"], ["Near"]),
    row("/spec/trafficDistribution", ["PreferClose"], ["Random"]),
    row("/spec/externalIPs", [["192.0.2.1"]], [["x"], ["127.0.0.1"]]),
    row("/spec/externalName", ["example.com"], ["no good"]),
    row("/spec/loadBalancerSourceRanges", [[], ["10.0.0.0/8"]], [["x"]]),
    row("/spec/loadBalancerClass", ["example.com/lb"], ["no good"]),
    row("/spec/allocateLoadBalancerNodePorts", [false, true]),
    row("/spec/publishNotReadyAddresses", [true, false]),
    row("/spec/ipFamilyPolicy", ["SingleStack", "PreferDualStack"], ["RequireDualStack", "X"]),
    row("/spec/ipFamilies", [["IPv4"]], [["IPv6"], ["IPv4", "IPv4"]]),
  ],
  {
    subresources: ["status"],
    status: [
      row(
        "/status/loadBalancer/ingress",
        [[{ ip: "192.0.2.9" }], [{ hostname: "a.example.com" }], []],
        [[{ ip: "x" }], [{ ip: "192.0.2.9", ipMode: "Other" }]],
      ),
      row(
        "/status/conditions",
        [[{ type: "A", status: "True", reason: "R", message: "m", lastTransitionTime: "2024-01-01T00:00:00Z" }]],
        [[{ type: "A" }]],
      ),
    ],
  },
);

export const claims = core(
  "PersistentVolumeClaim",
  "persistentvolumeclaims",
  () => ({ spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }),
  [
    row("/spec/resources/requests/storage", ["1Gi", "1024Mi", "2Gi"], ["-1", "lots", 0]),
    row("/spec/accessModes", [], [["ReadWriteMany"], [], ["Nope"]]),
    row("/spec/storageClassName", ["fast", ""], ["Bad_Class"]),
    row("/spec/volumeName", ["vol-1"], ["Bad Volume"]),
    row("/spec/volumeMode", ["Filesystem"], ["Block", "Wrong"]),
    row("/spec/selector", [], [{ matchLabels: { a: "b" } }]),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/phase", ["Bound", "Pending"]),
      row("/status/capacity", [{ storage: "1Gi" }, { storage: "1024Mi" }], [{ storage: "x" }]),
      row("/status/accessModes", [["ReadWriteOnce"]]),
      row("/status/conditions", [[{ type: "Resizing", status: "True" }]]),
    ],
  },
);

/** Limits only what no sequence makes: a full or unknown quota would refuse the neighbours' objects. */
export const quotas = core(
  "ResourceQuota",
  "resourcequotas",
  () => ({ spec: { hard: { pods: "10" } } }),
  [
    row("/spec/hard/pods", ["10", "20", 5], ["-1", "x", "1.5"]),
    row("/spec/hard/requests.cpu", ["1000m", "2", 0.5], ["x"]),
    row("/spec/hard/limits.memory", ["1Gi", "1024Mi"]),
    row("/spec/hard/example.com~1gadget", ["1"]),
    row("/spec/hard/count~1none.example.com", ["5"]),
    row("/spec/hard/sandwiches", [], ["1"]),
    row("/spec/scopes", [], [["Terminating"], ["Wrong"]]),
    row("/spec/hard", [{ pods: "3", "requests.memory": "1Gi" }, {}]),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/hard", [{ pods: "10" }, {}]),
      row("/status/used", [{ pods: "1" }, { pods: "1000m" }], [{ pods: "-1" }, { pods: "1.5" }]),
    ],
  },
);
