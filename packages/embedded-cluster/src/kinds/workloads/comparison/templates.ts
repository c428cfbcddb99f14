import type { JsonObject } from "@evenkeel/resource";

export const labels = { app: "web" };
export const container = { name: "web", image: "registry.example/web:1.2" };
export const plainTemplate = { metadata: { labels }, spec: { containers: [container] } };

/** A template with something of nearly everything that manifests hold. */
export const richSpec: JsonObject = {
  serviceAccountName: "web",
  terminationGracePeriodSeconds: 20,
  nodeSelector: { "kubernetes.io/os": "linux" },
  securityContext: { runAsNonRoot: true, fsGroup: 2000, seccompProfile: { type: "RuntimeDefault" } },
  imagePullSecrets: [{ name: "pull" }],
  hostAliases: [{ ip: "10.0.0.1", hostnames: ["db.local"] }],
  tolerations: [{ key: "dedicated", operator: "Equal", value: "web", effect: "NoExecute", tolerationSeconds: 60 }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: labels },
    },
  ],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd"] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 10, preference: { matchExpressions: [{ key: "size", operator: "Gt", values: ["3"] }] } },
      ],
    },
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 50,
          podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: labels } },
        },
      ],
    },
  },
  initContainers: [
    { name: "migrate", image: "registry.example/migrate", command: ["migrate"], env: [{ name: "STEP", value: "all" }] },
    { name: "proxy", image: "registry.example/proxy:3", restartPolicy: "Always", ports: [{ containerPort: 9000 }] },
  ],
  containers: [
    {
      ...container,
      args: ["--verbose"],
      ports: [
        { name: "http", containerPort: 8080 },
        { name: "metrics", containerPort: 9090, protocol: "TCP" },
      ],
      env: [
        { name: "MODE", value: "fast" },
        { name: "TOKEN", valueFrom: { secretKeyRef: { name: "token", key: "value" } } },
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      ],
      envFrom: [{ configMapRef: { name: "settings" }, prefix: "APP_" }],
      resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "1", memory: "128Mi" } },
      livenessProbe: { httpGet: { path: "/healthz", port: "http" }, initialDelaySeconds: 5 },
      readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5 },
      startupProbe: { exec: { command: ["true"] } },
      lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      volumeMounts: [
        { name: "cache", mountPath: "/cache" },
        { name: "settings", mountPath: "/etc/web", readOnly: true, subPath: "web" },
      ],
    },
    { name: "log", image: "registry.example/log:latest", ports: [{ containerPort: 7000, protocol: "UDP" }] },
  ],
  volumes: [
    { name: "cache", emptyDir: { sizeLimit: "1Gi" } },
    { name: "settings", configMap: { name: "settings", items: [{ key: "web", path: "web" }] } },
    { name: "token", secret: { secretName: "token", defaultMode: 256 } },
    {
      name: "all",
      projected: {
        sources: [
          { secret: { name: "token" } },
          { downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } },
          { serviceAccountToken: { path: "token", audience: "web" } },
        ],
      },
    },
    { name: "host", hostPath: { path: "/var/log" } },
  ],
};
export const richTemplate = {
  metadata: { labels: { ...labels, tier: "front" }, annotations: { note: "x" } },
  spec: richSpec,
};

export const claim = {
  metadata: { name: "data" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
};
export const jobTemplate = (extra: JsonObject = {}) => ({
  metadata: { labels: { task: "clean" } },
  spec: { restartPolicy: "Never", containers: [container], ...extra },
});
export const target = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };

/** One metric of each type. */
export const metrics: readonly JsonObject[] = [
  { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
  { type: "Resource", resource: { name: "memory", target: { type: "AverageValue", averageValue: "200Mi" } } },
  {
    type: "Pods",
    pods: {
      metric: { name: "rps", selector: { matchLabels: labels } },
      target: { type: "AverageValue", averageValue: "100" },
    },
  },
  {
    type: "Object",
    object: {
      describedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: "web" },
      metric: { name: "hits" },
      target: { type: "Value", value: "2k" },
    },
  },
  {
    type: "External",
    external: { metric: { name: "queue" }, target: { type: "AverageValue", averageValue: "30" } },
  },
  {
    type: "ContainerResource",
    containerResource: {
      name: "cpu",
      container: "web",
      target: { type: "Utilization", averageUtilization: 60 },
    },
  },
];
