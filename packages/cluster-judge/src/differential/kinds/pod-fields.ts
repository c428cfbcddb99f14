import type { ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { type FieldRow, row } from "./kind-table.ts";

/** A pod template that the server takes as it is. */
export const podTemplate = (name: string, spec: ValueMap = {}): ValueMap => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});

const probe = { httpGet: { path: "/", port: 80 } };

const containerFields = (at: string): readonly FieldRow[] => [
  row(`${at}/image`, ["web:2", "example.com/web:3", "web"], ["", 5, " web"]),
  row(`${at}/imagePullPolicy`, ["Always", "IfNotPresent", "Never"], ["Sometimes", 1]),
  row(`${at}/command`, [["run"], ["sh", "-c", "x"], []], ["run", [1]]),
  row(`${at}/args`, [["-a"], ["-a", "-b"]]),
  row(
    `${at}/env`,
    [
      [{ name: "A", value: "1" }],
      [{ name: "A", value: "2" }, { name: "B" }],
      [{ name: "C", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      [],
    ],
    [
      [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
      [{ value: "x" }],
      [{ name: "A", value: 1 }],
      [{ name: "=" }],
      [{ name: "A", value: "x", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    ],
  ),
  row(
    `${at}/envFrom`,
    [[{ configMapRef: { name: "c" } }], [{ prefix: "P_", secretRef: { name: "s", optional: true } }]],
    [[{}]],
  ),
  row(
    `${at}/ports`,
    [
      [{ containerPort: 80 }],
      [
        { containerPort: 80, name: "http" },
        { containerPort: 81, protocol: "UDP" },
      ],
      [],
    ],
    [
      [{ containerPort: 0 }],
      [{ containerPort: 70000 }],
      [{ containerPort: "80" }],
      [
        { containerPort: 80, name: "a" },
        { containerPort: 81, name: "a" },
      ],
      [{ containerPort: 80 }, { containerPort: 80 }],
      [{ containerPort: 80, protocol: "XTP" }],
    ],
  ),
  row(
    `${at}/resources`,
    [
      { requests: { cpu: "1000m", memory: "1024Mi" } },
      { limits: { cpu: "2", memory: "2000M" }, requests: { cpu: 0.5 } },
      { limits: { cpu: "0.50" } },
      { limits: { "example.com/gpu": "1" } },
      {},
    ],
    [
      { requests: { cpu: "2" }, limits: { cpu: "1" } },
      { requests: { cpu: "-1" } },
      { limits: { cpu: "lots" } },
      { limits: { gpu: "1" } },
      { requests: { "example.com/gpu": "1" } },
    ],
  ),
  row(
    `${at}/livenessProbe`,
    [
      probe,
      { ...probe, periodSeconds: 3 },
      { exec: { command: ["true"] } },
      { tcpSocket: { port: "http" } },
      { grpc: { port: 9 } },
    ],
    [{}, { ...probe, periodSeconds: -1 }, { ...probe, exec: { command: ["x"] } }, { ...probe, successThreshold: 2 }],
  ),
  row(`${at}/readinessProbe`, [probe, { ...probe, successThreshold: 2, failureThreshold: 5 }], [{ httpGet: {} }]),
  row(
    `${at}/lifecycle`,
    [{ preStop: { exec: { command: ["bye"] } } }, { preStop: { sleep: { seconds: 3 } } }],
    [{ preStop: {} }],
  ),
  row(
    `${at}/securityContext`,
    [{ runAsUser: 1000 }, { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } }, {}],
    [{ runAsUser: -1 }, { privileged: true, allowPrivilegeEscalation: false }],
  ),
  row(`${at}/terminationMessagePolicy`, ["FallbackToLogsOnError"], ["Nope"]),
  row(`${at}/workingDir`, ["/srv", ""]),
  row(`${at}/stdin`, [true, false], ["true"]),
  row(`${at}/volumeMounts`, [[]], [[{ name: "missing", mountPath: "/x" }], [{ name: "data" }]]),
];

/** Rows of a pod template at `at`; `restart` are the restart policies that the kind takes. */
export const podFields = (at: string, restart: readonly string[] = ["Always"]): readonly FieldRow[] => [
  ...containerFields(`${at}/spec/containers/0`),
  row(`${at}/metadata/annotations/note`, ["a", "b", ""], [1]),
  row(`${at}/metadata/labels/extra`, ["x", "y"], ["no good"]),
  row(`${at}/metadata/name`, ["ignored"]),
  row(`${at}/metadata/creationTimestamp`, [null]),
  row(
    `${at}/spec/containers/1`,
    [
      { name: "side", image: "side:1" },
      { name: "side", image: "side:2", resources: { limits: { cpu: "100m" } } },
    ],
    [{ name: "web", image: "twice:1" }, { name: "Bad_Name", image: "x" }, { image: "x" }, { name: "side" }],
  ),
  row(
    `${at}/spec/initContainers`,
    [
      [{ name: "one", image: "i:1" }],
      [
        { name: "one", image: "i:1" },
        { name: "two", image: "i:2", restartPolicy: "Always" },
      ],
      [],
    ],
    [[{ name: "web", image: "i:1" }], [{ name: "one", image: "i:1", restartPolicy: "Wrong" }]],
  ),
  row(
    `${at}/spec/volumes`,
    [
      [{ name: "data", emptyDir: {} }],
      [
        { name: "cfg", configMap: { name: "c" } },
        { name: "sec", secret: { secretName: "s" } },
      ],
      [{ name: "data" }],
      [
        { name: "p", projected: { sources: [{ configMap: { name: "c" } }] } },
        { name: "h", hostPath: { path: "/x" } },
      ],
      [],
    ],
    [
      [{ name: "a", emptyDir: {}, hostPath: { path: "/x" } }],
      [
        { name: "a", emptyDir: {} },
        { name: "a", emptyDir: {} },
      ],
      [{ emptyDir: {} }],
      [{ name: "pvc", persistentVolumeClaim: {} }],
    ],
  ),
  row(`${at}/spec/restartPolicy`, restart, ["Sometimes"]),
  row(`${at}/spec/serviceAccountName`, ["robot", "default", ""], ["Bad_Account"]),
  row(`${at}/spec/serviceAccount`, ["older"]),
  row(`${at}/spec/nodeSelector`, [{ disk: "ssd" }, { disk: "hdd", zone: "a" }, {}], [{ disk: "no good" }]),
  row(
    `${at}/spec/tolerations`,
    [[{ key: "a", operator: "Exists" }], [{ key: "a", value: "b", effect: "NoSchedule" }]],
    [[{ operator: "Equal" }], [{ key: "a", operator: "Sort" }], [{ key: "a", operator: "Exists", value: "x" }]],
  ),
  row(`${at}/spec/terminationGracePeriodSeconds`, [0, 5, 30], [-1, "5"]),
  row(`${at}/spec/dnsPolicy`, ["ClusterFirst", "Default"], ["Nope", "None"]),
  row(`${at}/spec/hostNetwork`, [true, false]),
  row(
    `${at}/spec/securityContext`,
    [
      {},
      { runAsNonRoot: true },
      { fsGroup: 1, supplementalGroups: [1, 2] },
      { sysctls: [{ name: "a.b", value: "1" }] },
    ],
    [{ fsGroup: -1 }],
  ),
  row(`${at}/spec/imagePullSecrets`, [[{ name: "pull" }], [{ name: "pull" }, { name: "more" }]], [[{}]]),
  row(`${at}/spec/hostAliases`, [[{ ip: "10.1.1.1", hostnames: ["a.b"] }]], [[{ ip: "x" }]]),
  row(`${at}/spec/priorityClassName`, ["system-cluster-critical", ""]),
  row(`${at}/spec/activeDeadlineSeconds`, [], [0, -1, 10]),
  row(
    `${at}/spec/topologySpreadConstraints`,
    [
      [
        {
          maxSkew: 1,
          topologyKey: "zone",
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: { matchLabels: { a: "b" } },
        },
      ],
    ],
    [[{ maxSkew: 0, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" }]],
  ),
  row(
    `${at}/spec/affinity`,
    [
      {},
      {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "k", operator: "In", values: ["v"] }] }],
          },
        },
      },
    ],
    [{ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } }],
  ),
];
