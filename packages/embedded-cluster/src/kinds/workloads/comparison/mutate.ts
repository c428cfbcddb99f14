import { isMap } from "../../../json.ts";
import type { Value, ValueMap } from "../../../json.ts";

export type Random = () => number;

/** mulberry32: the same numbers for the same seed. */
export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

interface Place {
  readonly parent: Value[] | ValueMap;
  readonly key: string | number;
  readonly value: Value;
}

const placesIn = (value: Value): readonly Place[] => {
  const entries: readonly (readonly [string | number, Value])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : isMap(value)
      ? Object.entries(value)
      : [];
  const parent = value as Value[] | ValueMap;
  return entries.flatMap(([key, item]) => [{ parent, key, value: item }, ...placesIn(item)]);
};

const TEXTS = ["", "Bad_Name!", "other", "UPPER", "-x", "a/b", "25%", "120%", "x".repeat(64), "..", "/abs", "Always"];
const ENUMS = ["Always", "Never", "OnFailure", "Recreate", "RollingUpdate", "OnDelete", "Exists", "In", "Value"];
const NUMBERS = [0, -1, 1, 2, 7, 70_000, 100_001, 2_147_483_647];

const set = ({ parent, key }: Place, value: Value): void => {
  if (Array.isArray(parent)) parent[key as number] = value;
  else parent[key as string] = value;
};

const remove = ({ parent, key }: Place): void => {
  if (Array.isArray(parent)) parent.splice(key as number, 1);
  else delete parent[key as string];
};

const otherValue = (random: Random, value: Value): Value => {
  if (typeof value === "number") return pick(random, NUMBERS);
  if (typeof value === "boolean") return !value;
  if (typeof value === "string") return pick(random, random() < 0.3 ? ENUMS : TEXTS);
  return Array.isArray(value) ? [] : {};
};

/** Changes one place of an object: removed, another value of its type, null, an item twice or out of order, a key more. */
export const mutateOnce = (
  random: Random,
  root: ValueMap,
  extras: Readonly<Record<string, readonly Value[]>>,
): void => {
  const places = placesIn(root).filter(
    ({ key }) => !["apiVersion", "kind", "metadata"].includes(String(key)) || random() < 0.05,
  );
  const place = pick(random, places);
  const { parent, key, value } = place;
  const roll = random();
  if (roll < 0.2) remove(place);
  else if (roll < 0.6) set(place, otherValue(random, value));
  else if (roll < 0.65) set(place, null);
  else if (roll < 0.75 && Array.isArray(parent)) parent.push(structuredClone(value));
  else if (roll < 0.8 && Array.isArray(parent)) parent.reverse();
  else {
    const known = Object.keys(extras).filter((name) => isMap(value) && !(name in value));
    const names = [...known, ...Object.keys(extras)];
    const name = pick(random, names);
    const target = isMap(value) ? value : isMap(parent) ? parent : undefined;
    if (target !== undefined) target[name] = structuredClone(pick(random, extras[name] ?? [null]));
    else set(place, otherValue(random, value));
  }
  void key;
};

/** Fields that samples lack, put where chance wants: most are unknown there and dropped, some bite. */
export const extras: Readonly<Record<string, readonly Value[]>> = {
  hostNetwork: [true],
  hostPID: [true],
  activeDeadlineSeconds: [0, 5, -1],
  restartPolicy: ["Always", "Never", "OnFailure", "Sometimes"],
  dnsPolicy: ["None", "Default", "Odd"],
  dnsConfig: [{ nameservers: ["1.1.1.1"] }, { nameservers: ["x"], searches: ["a.b", "A"] }],
  rollingUpdate: [{ maxSurge: 0, maxUnavailable: 0 }, { maxSurge: "150%" }, { partition: -1 }, {}],
  strategy: [{ type: "Recreate", rollingUpdate: {} }, { type: "Odd" }],
  updateStrategy: [{ type: "OnDelete" }, { type: "Odd" }, { rollingUpdate: {} }],
  selector: [
    null,
    {},
    { matchLabels: { app: "web", other: "x" } },
    { matchExpressions: [{ key: "a", operator: "Odd" }] },
  ],
  labels: [{ app: "other" }, { "bad key": "x" }, { app: "bad value!" }],
  annotations: [{ "Bad Key": "x" }, { fine: "x" }],
  env: [
    [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ],
    [{ name: "", value: "" }],
    [{ name: "A=B" }],
  ],
  envFrom: [[{}], [{ configMapRef: { name: "" } }]],
  ports: [
    [{ containerPort: 0 }],
    [
      { containerPort: 80, hostPort: 80 },
      { containerPort: 81, hostPort: 80, name: "BAD" },
    ],
  ],
  resources: [
    { limits: { cpu: "1" }, requests: { cpu: "2" } },
    { limits: { odd: "1" } },
    { requests: { "example.com/gpu": "1" } },
    { limits: { cpu: "-1" } },
    { requests: { storage: "1.5" } },
    { limits: { cpu: "4", memory: "2Gi" } },
    { requests: { cpu: "100u", memory: "0.5" } },
    { limits: { "hugepages-2Mi": "3Mi" } },
  ],
  livenessProbe: [{}, { exec: { command: [] } }, { httpGet: { port: 80 }, successThreshold: 2 }, { grpc: { port: 0 } }],
  readinessProbe: [
    { httpGet: { port: 0, scheme: "FTP" } },
    { tcpSocket: { port: "x" }, terminationGracePeriodSeconds: 3 },
  ],
  lifecycle: [{ preStop: {} }, { postStart: { sleep: { seconds: 1000 } } }, { preStop: { httpGet: { port: "web" } } }],
  volumeMounts: [[{ name: "absent", mountPath: "/x" }], [{ name: "cache", mountPath: "" }]],
  volumeDevices: [[{ name: "cache", devicePath: "/dev/x" }]],
  volumes: [
    [{ name: "a" }, { name: "a", emptyDir: {} }],
    [{ name: "a", emptyDir: {}, hostPath: { path: "/x" } }],
    [{ name: "b", secret: {} }],
  ],
  securityContext: [
    { runAsUser: -1 },
    { privileged: true, allowPrivilegeEscalation: false },
    { seccompProfile: { type: "Localhost" } },
    { sysctls: [{ name: "a b", value: "1" }] },
  ],
  tolerations: [
    [{ operator: "Equal" }],
    [{ key: "a", operator: "Odd" }],
    [{ key: "a", operator: "Exists", value: "x" }],
  ],
  nodeSelector: [{ "bad key": "x" }, { disk: "hdd" }],
  affinity: [
    { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "" }] } },
  ],
  initContainers: [
    [{ name: "web", image: "x" }],
    [{ name: "init", image: "x", livenessProbe: { exec: { command: ["x"] } } }],
  ],
  suspend: [true, false],
  completions: [0, 3, -1],
  parallelism: [0, 3, -1],
  completionMode: ["Indexed", "NonIndexed", "Odd"],
  backoffLimitPerIndex: [1],
  maxFailedIndexes: [1],
  manualSelector: [true],
  podReplacementPolicy: ["Failed", "Odd"],
  managedBy: ["example.com/mine", "odd", "kubernetes.io/job-controller"],
  schedule: ["@daily", "* * * *", "61 * * * *", "TZ=UTC * * * * *", "*/0 * * * *", "a * * * *"],
  timeZone: ["UTC", "Mars/Base", "", "local"],
  minReplicas: [0, 10],
  maxReplicas: [0, 1],
  metrics: [
    [],
    [{ type: "Resource" }],
    [{ type: "Odd", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 0 } } }],
  ],
  behavior: [{}, { scaleUp: { policies: [] } }, { scaleUp: { selectPolicy: "Odd", stabilizationWindowSeconds: 4000 } }],
  minAvailable: [1, "x", "101%"],
  maxUnavailable: [1, 0, "x", "101%"],
  minReadySeconds: [10, 700, -1],
  progressDeadlineSeconds: [5, 0],
  replicas: [0, 5, -1],
  volumeClaimTemplates: [[{ metadata: { name: "data" }, spec: { accessModes: ["Odd"] } }]],
  serviceName: ["Odd Name", "other"],
  storageClassName: ["fast", "Bad Class", ""],
  volumeName: ["pv-1"],
  accessModes: [["ReadWriteOncePod", "ReadWriteOnce"], ["Odd"]],
  volumeMode: ["Block", "Odd"],
  dataSource: [
    { kind: "PersistentVolumeClaim", name: "a" },
    { kind: "Odd", name: "a" },
    { apiGroup: "x.y", kind: "Odd", name: "b" },
  ],
  hostname: ["Bad_Host", "host"],
  priorityClassName: ["Bad Class"],
  runtimeClassName: ["", "Bad"],
  schedulingGates: [[{ name: "example.com/gate" }], [{ name: "a" }, { name: "a" }]],
  hostUsers: [false],
  os: [{ name: "linux" }, { name: "odd" }],
  topologySpreadConstraints: [[{ maxSkew: 0, topologyKey: "", whenUnsatisfiable: "Odd" }]],
  resizePolicy: [
    [{ resourceName: "cpu", restartPolicy: "NotRequired" }],
    [{ resourceName: "disk", restartPolicy: "Odd" }],
  ],
};
