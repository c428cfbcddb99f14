import type { ValueMap } from "@evenkeel/embedded-cluster";
import { type FieldRow, needed, row } from "./kind-table.ts";

/** A pod template that the server takes as it is. */
export const podTemplate = (name: string, spec: ValueMap = {}): ValueMap => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name: "web", image: "web:1" }], ...spec },
});

const probe = { httpGet: { path: "/", port: 80 } };
const twice = (name: string, value: string) => ({ name, value });

const containerFields = (at: string): readonly FieldRow[] => [
  needed(`${at}/image`, ["web:2", "example.com/web:3", "web"], [5]),
  row(`${at}/imagePullPolicy`, ["Always", "IfNotPresent", "Never"], [1]),
  row(`${at}/command`, [["run"], ["sh", "-c", "x"], []], ["run", [1]]),
  row(`${at}/args`, [["-a"], ["-a", "-b"]]),
  row(
    `${at}/env`,
    [
      [twice("A", "1")],
      [twice("A", "2"), { name: "B" }],
      [{ name: "C", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      [],
    ],
    [[twice("A", "1"), twice("A", "2")], [{ name: "A", value: 1 }]],
  ),
  row(`${at}/envFrom`, [
    [{ configMapRef: { name: "c" } }],
    [{ prefix: "P_", secretRef: { name: "s", optional: true } }],
  ]),
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
    [[{ containerPort: "80" }], [{ containerPort: 80 }, { containerPort: 80 }]],
  ),
  row(
    `${at}/resources`,
    [
      { requests: { cpu: "1000m", memory: "1024Mi" } },
      { limits: { cpu: "2", memory: "2000M" }, requests: { cpu: 0.5 } },
      {},
    ],
    [{ limits: { cpu: "lots" } }],
  ),
  needed(`${at}/livenessProbe`, [probe, { ...probe, periodSeconds: 3 }]),
  needed(`${at}/readinessProbe`, [probe, { ...probe, successThreshold: 2, failureThreshold: 5 }]),
  needed(`${at}/lifecycle`, [{ preStop: { exec: { command: ["bye"] } } }]),
  row(`${at}/securityContext`, [{ runAsUser: 1000 }, { capabilities: { drop: ["ALL"] } }, {}]),
  row(`${at}/terminationMessagePolicy`, ["FallbackToLogsOnError"]),
  row(`${at}/workingDir`, ["/srv", ""]),
  row(`${at}/stdin`, [true, false], ["true"]),
];

/** Rows of a pod template at `at`; `restart` are the restart policies that the kind takes. */
export const podFields = (at: string, restart: readonly string[] = ["Always"]): readonly FieldRow[] => [
  ...containerFields(`${at}/spec/containers/0`),
  row(`${at}/metadata/annotations/note`, ["a", "b", ""], [1]),
  row(`${at}/metadata/labels/extra`, ["x", "y"]),
  row(`${at}/metadata/name`, ["ignored"]),
  row(`${at}/metadata/creationTimestamp`, [null]),
  needed(`${at}/spec/containers/1`, [
    { name: "side", image: "side:1" },
    { name: "side", image: "side:2", resources: { limits: { cpu: "100m" } } },
  ]),
  row(`${at}/spec/initContainers`, [
    [{ name: "one", image: "i:1" }],
    [
      { name: "one", image: "i:1" },
      { name: "two", image: "i:2", restartPolicy: "Always" },
    ],
    [],
  ]),
  row(
    `${at}/spec/volumes`,
    [
      [{ name: "data", emptyDir: {} }],
      [
        { name: "cfg", configMap: { name: "c" } },
        { name: "sec", secret: { secretName: "s" } },
      ],
      [
        { name: "p", projected: { sources: [{ configMap: { name: "c" } }] } },
        { name: "h", hostPath: { path: "/x" } },
      ],
      [],
    ],
    [
      [
        { name: "a", emptyDir: {} },
        { name: "a", emptyDir: {} },
      ],
    ],
  ),
  row(`${at}/spec/restartPolicy`, restart),
  row(`${at}/spec/serviceAccountName`, ["robot", "default", ""]),
  row(`${at}/spec/serviceAccount`, ["older"]),
  row(`${at}/spec/nodeSelector`, [{ disk: "ssd" }, { disk: "hdd", zone: "a" }, {}]),
  row(`${at}/spec/tolerations`, [[{ key: "a", operator: "Exists" }], [{ key: "a", value: "b", effect: "NoSchedule" }]]),
  row(`${at}/spec/terminationGracePeriodSeconds`, [0, 5, 30], ["5"]),
  row(`${at}/spec/dnsPolicy`, ["ClusterFirst", "Default"]),
  row(`${at}/spec/securityContext`, [{}, { runAsNonRoot: true }, { fsGroup: 1, supplementalGroups: [1, 2] }]),
  row(`${at}/spec/imagePullSecrets`, [[{ name: "pull" }], [{ name: "pull" }, { name: "more" }]]),
  row(`${at}/spec/priorityClassName`, ["system-cluster-critical", ""]),
  row(`${at}/spec/topologySpreadConstraints`, [
    [
      {
        maxSkew: 1,
        topologyKey: "zone",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { a: "b" } },
      },
    ],
  ]),
  row(`${at}/spec/affinity`, [
    {},
    {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "k", operator: "In", values: ["v"] }] }],
        },
      },
    },
  ]),
];
