import type { ValueMap } from "@evenkeel/embedded-cluster";
import { type FieldRow, type KindTable, kindOf, needed, row } from "./kind-table.ts";

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
  row("/data", [{ a: "1", b: "2" }, {}], ["x", []]),
  row("/binaryData/bin", ["AAEC", "aGVsbG8="], ["not base64!", 5]),
  row("/immutable", [true, false], ["yes", 1]),
]);

export const secrets = core("Secret", "secrets", () => ({ data: { password: "aHVudGVyMg==" } }), [
  row("/data/password", ["b3RoZXI=", ""], ["not base64!", 5]),
  row("/data/more", ["eA==", "eHk="]),
  row("/stringData/password", ["plain", "other"], [7]),
  row("/stringData/fresh", ["made", ""]),
  row("/type", ["Opaque"], ["example.com/mine", ""]),
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
    row("/spec/type", ["NodePort", "ClusterIP"]),
    row("/spec/selector/app", ["other", ""]),
    row("/spec/selector", [{ a: "b" }, {}]),
    row("/spec/ports/0/targetPort", [9090, "http"], [""]),
    needed("/spec/ports/0/name", ["web"]),
    row("/spec/ports/0/appProtocol", ["http", "example.com/x"]),
    needed("/spec/ports", [
      [
        { name: "a", port: 80 },
        { name: "b", port: 81, protocol: "UDP" },
      ],
    ]),
    row("/spec/sessionAffinity", ["ClientIP", "None"]),
    row("/spec/clusterIP", [], ["1.2.3.4", "", "10.96.0.1"]),
    row("/spec/internalTrafficPolicy", ["Local", "Cluster"]),
    needed("/spec/trafficDistribution", ["PreferClose"]),
    row("/spec/publishNotReadyAddresses", [true, false]),
    needed("/spec/ipFamilyPolicy", ["SingleStack", "PreferDualStack"], ["RequireDualStack"]),
    row("/spec/ipFamilies", [["IPv4"]], [["IPv6"]]),
  ],
  {
    subresources: ["status"],
    status: [
      row("/status/conditions", [
        [{ type: "A", status: "True", reason: "R", message: "m", lastTransitionTime: "2024-01-01T00:00:00Z" }],
      ]),
    ],
  },
);

export const claims = core(
  "PersistentVolumeClaim",
  "persistentvolumeclaims",
  () => ({ spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }),
  [
    needed("/spec/resources/requests/storage", ["1Gi", "1024Mi"], ["lots"]),
    needed("/spec/accessModes", [["ReadWriteOnce"]], [["ReadWriteMany"]]),
    needed("/spec/storageClassName", ["fast"]),
    needed("/spec/volumeName", ["vol-1"]),
    row("/spec/volumeMode", ["Filesystem"]),
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
