import type { LiveObject, Value, ValueMap } from "../../../json.ts";

/** An object to create, and the status that its controller would write. */
export interface Specimen {
  readonly path: string;
  readonly body: LiveObject;
  readonly status?: ValueMap;
}

export const NAMESPACE = "tables";
const TIME = "2026-01-02T03:04:05Z";
const LATER = "2026-01-02T03:06:15Z";

const core = (plural: string): string => `/api/v1/namespaces/${NAMESPACE}/${plural}`;
const clusterCore = (plural: string): string => `/api/v1/${plural}`;
const of = (group: string, plural: string): string => `/apis/${group}/v1/namespaces/${NAMESPACE}/${plural}`;
const cluster = (group: string, plural: string): string => `/apis/${group}/v1/${plural}`;

const make = (
  path: string,
  type: string,
  name: string,
  fields: ValueMap,
  status?: ValueMap,
  metadata: ValueMap = {},
): Specimen => {
  const [apiVersion = "", kind = ""] = type.split(" ");
  const body = { apiVersion, kind, metadata: { name, ...metadata }, ...fields };
  return status === undefined ? { path, body } : { path, body, status };
};

const labels = { app: "web", tier: "front" };
const selector = {
  matchLabels: { app: "web" },
  matchExpressions: [
    { key: "tier", operator: "In", values: ["front", "back"] },
    { key: "beta", operator: "DoesNotExist" },
    { key: "app", operator: "Exists" },
    { key: "zone", operator: "NotIn", values: ["a"] },
  ],
};
const containers = [
  { name: "web", image: "web:1" },
  { name: "side", image: "example.com/side:2" },
];
const template = { metadata: { labels }, spec: { containers, nodeSelector: { disk: "ssd", arch: "x" } } };
const jobTemplate = { metadata: { labels }, spec: { containers, restartPolicy: "Never" } };

const workloads: readonly Specimen[] = [
  make(
    of("apps", "deployments"),
    "apps/v1 Deployment",
    "web",
    { spec: { replicas: 3, selector, template } },
    { replicas: 3, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 },
  ),
  make(of("apps", "replicasets"), "apps/v1 ReplicaSet", "web", { spec: { replicas: 3, selector, template } }, { replicas: 2, readyReplicas: 1 }),
  make(of("apps", "statefulsets"), "apps/v1 StatefulSet", "db", { spec: { selector, serviceName: "db", template } }, { replicas: 1, readyReplicas: 1 }),
  make(
    of("apps", "daemonsets"),
    "apps/v1 DaemonSet",
    "agent",
    { spec: { selector, template } },
    { currentNumberScheduled: 1, desiredNumberScheduled: 2, numberMisscheduled: 0, numberReady: 1, updatedNumberScheduled: 1 },
  ),
  make(of("apps", "controllerrevisions"), "apps/v1 ControllerRevision", "owned", { revision: 3, data: {} }, undefined, {
    ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "db", uid: "1", controller: true }],
  }),
  make(of("apps", "controllerrevisions"), "apps/v1 ControllerRevision", "free", { revision: 1, data: {} }),
  make(core("replicationcontrollers"), "v1 ReplicationController", "old", { spec: { replicas: 0, selector: labels, template: { ...template, metadata: { labels } } } }),
  make(core("podtemplates"), "v1 PodTemplate", "plain", { template: jobTemplate }),
  make(of("batch", "jobs"), "batch/v1 Job", "one", { spec: { completions: 2, template: jobTemplate } }, { succeeded: 1, active: 1, startTime: TIME }),
  make(of("batch", "jobs"), "batch/v1 Job", "queue", { spec: { parallelism: 3, template: jobTemplate } }),
  make(of("batch", "jobs"), "batch/v1 Job", "asleep", { spec: { suspend: true, template: jobTemplate } }, { conditions: [{ type: "Suspended", status: "True" }] }),
  make(of("batch", "cronjobs"), "batch/v1 CronJob", "nightly", { spec: { schedule: "0 3 * * *", timeZone: "Etc/UTC", jobTemplate: { spec: { template: jobTemplate } } } }, { lastScheduleTime: TIME, active: [{ name: "x" }] }),
  make(of("batch", "cronjobs"), "batch/v1 CronJob", "never", { spec: { schedule: "@hourly", suspend: true, jobTemplate: { spec: { template: jobTemplate } } } }),
  make(of("policy", "poddisruptionbudgets"), "policy/v1 PodDisruptionBudget", "least", { spec: { minAvailable: "50%", selector } }, { currentHealthy: 2, desiredHealthy: 1, disruptionsAllowed: 1, expectedPods: 2 }),
  make(of("policy", "poddisruptionbudgets"), "policy/v1 PodDisruptionBudget", "most", { spec: { maxUnavailable: 1, selector } }),
];

const waiting = (reason: string): ValueMap => ({ waiting: { reason } });
const terminated = (exitCode: number, reason = "", signal = 0): ValueMap => ({
  terminated: { exitCode, ...(reason === "" ? {} : { reason }), ...(signal === 0 ? {} : { signal }), startedAt: TIME, finishedAt: LATER },
});
const running: ValueMap = { running: { startedAt: TIME } };

const containerStatus = (name: string, state: ValueMap, more: ValueMap = {}): ValueMap => ({
  name,
  image: "i",
  imageID: "",
  ready: false,
  restartCount: 0,
  state,
  ...more,
});
const restarted = { restartCount: 2, lastState: terminated(1, "Error") };
const ready = { type: "Ready", status: "True" };
const initialised = { type: "Initialized", status: "True" };

const pod = (name: string, status: ValueMap, spec: ValueMap = {}, metadata: ValueMap = {}): Specimen =>
  make(core("pods"), "v1 Pod", name, { spec: { containers, ...spec } }, { phase: "Pending", ...status }, metadata);
const initContainers: Value[] = [
  { name: "first", image: "i" },
  { name: "sidecar", image: "i", restartPolicy: "Always" },
];
const withInit = { initContainers };

const pods: readonly Specimen[] = [
  pod("pending", {}),
  pod("running", {
    phase: "Running",
    podIP: "10.1.2.3",
    podIPs: [{ ip: "10.1.2.3" }],
    nominatedNodeName: "",
    conditions: [ready, initialised],
    containerStatuses: [containerStatus("web", running, { ready: true }), containerStatus("side", running, { ready: true, ...restarted })],
  }),
  pod("succeeded", { phase: "Succeeded", containerStatuses: [containerStatus("web", terminated(0, "Completed"))] }),
  pod("failed", { phase: "Failed", reason: "Evicted", message: "x" }),
  pod("crashing", { phase: "Running", containerStatuses: [containerStatus("web", waiting("CrashLoopBackOff"), restarted)] }),
  pod("killed", { phase: "Running", containerStatuses: [containerStatus("web", terminated(137, "", 9))] }),
  pod("exited", { phase: "Running", containerStatuses: [containerStatus("web", terminated(3))] }),
  pod("half", { phase: "Running", conditions: [ready], containerStatuses: [containerStatus("web", terminated(0, "Completed")), containerStatus("side", running, { ready: true })] }),
  pod("notready", { phase: "Running", containerStatuses: [containerStatus("web", terminated(0, "Completed")), containerStatus("side", running, { ready: true })] }),
  pod("erred", { phase: "Running", containerStatuses: [containerStatus("web", terminated(0, "Completed")), containerStatus("side", terminated(1, "Error"))] }),
  pod("init-waiting", { initContainerStatuses: [containerStatus("first", waiting("ErrImagePull"))] }, withInit),
  pod("init-running", { initContainerStatuses: [containerStatus("first", running)] }, withInit),
  pod("init-failed", { initContainerStatuses: [containerStatus("first", terminated(4), restarted)] }, withInit),
  pod("init-signal", { initContainerStatuses: [containerStatus("first", terminated(4, "", 11))] }, withInit),
  pod(
    "sidecar",
    {
      phase: "Running",
      conditions: [ready, initialised],
      initContainerStatuses: [containerStatus("first", terminated(0, "Completed")), containerStatus("sidecar", running, { ready: true, started: true, ...restarted })],
      containerStatuses: [containerStatus("web", running, { ready: true })],
    },
    withInit,
  ),
  pod("gated", { conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] }, { schedulingGates: [{ name: "example.com/wait" }] }),
  pod("gates", { conditions: [{ type: "example.com/a", status: "True" }] }, { readinessGates: [{ conditionType: "example.com/a" }, { conditionType: "example.com/b" }] }),
  pod("placed", {}, { nodeName: "worker" }),
];

const ports = [
  { name: "http", port: 80, targetPort: 8080 },
  { name: "dns", port: 53, protocol: "UDP" },
];
const rules = (hosts: readonly string[]): Value =>
  hosts.map((host) => ({ ...(host === "" ? {} : { host }), http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }));

const network: readonly Specimen[] = [
  make(core("services"), "v1 Service", "headless", { spec: { clusterIP: "None", ports, selector: labels } }),
  make(core("services"), "v1 Service", "external", { spec: { type: "ExternalName", externalName: "example.com" } }),
  make(core("services"), "v1 Service", "node-port", { spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30_111 }], externalIPs: ["192.0.2.1", "192.0.2.2"] } }),
  make(core("services"), "v1 Service", "pending", { spec: { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port: 443 }] } }),
  make(
    core("services"),
    "v1 Service",
    "balanced",
    { spec: { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port: 443 }], externalIPs: ["192.0.2.9"] } },
    { loadBalancer: { ingress: [{ hostname: "b.example.com" }, { ip: "192.0.2.3" }] } },
  ),
  make(of("networking.k8s.io", "ingresses"), "networking.k8s.io/v1 Ingress", "plain", { spec: { rules: rules([""]) } }),
  make(
    of("networking.k8s.io", "ingresses"),
    "networking.k8s.io/v1 Ingress",
    "many",
    { spec: { ingressClassName: "nginx", tls: [{ hosts: ["a.example.com"] }], rules: rules(["a.example.com", "", "b.example.com", "c.example.com", "d.example.com"]) } },
    { loadBalancer: { ingress: [{ ip: "192.0.2.3" }] } },
  ),
  make(cluster("networking.k8s.io", "ingressclasses"), "networking.k8s.io/v1 IngressClass", "nginx", { spec: { controller: "example.com/nginx", parameters: { apiGroup: "example.com", kind: "Params", name: "p" } } }, undefined, { annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } }),
  make(of("networking.k8s.io", "networkpolicies"), "networking.k8s.io/v1 NetworkPolicy", "all", { spec: { podSelector: {} } }),
  make(of("networking.k8s.io", "networkpolicies"), "networking.k8s.io/v1 NetworkPolicy", "some", { spec: { podSelector: selector } }),
  make(core("endpoints"), "v1 Endpoints", "none", {}),
  make(core("endpoints"), "v1 Endpoints", "web", { subsets: [{ addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }], ports: [{ name: "a", port: 80 }, { name: "b", port: 81 }] }, { addresses: [{ ip: "192.0.2.7" }] }] }),
  make(of("discovery.k8s.io", "endpointslices"), "discovery.k8s.io/v1 EndpointSlice", "empty", { addressType: "IPv4", endpoints: [] }),
  make(of("discovery.k8s.io", "endpointslices"), "discovery.k8s.io/v1 EndpointSlice", "web", {
    addressType: "IPv4",
    ports: [{ name: "a", port: 1 }, { name: "b", port: 2 }, { name: "c", port: 3 }, { name: "d", port: 4 }],
    endpoints: [{ addresses: ["192.0.2.1"] }, { addresses: ["192.0.2.2"] }],
  }),
];

const event = (name: string, more: ValueMap): Specimen =>
  make(core("events"), "v1 Event", name, { involvedObject: { kind: "Pod", name: "web", namespace: NAMESPACE, fieldPath: "spec.containers{web}" }, reason: "Started", message: " it runs\n", type: "Normal", ...more });

const plain: readonly Specimen[] = [
  make(core("configmaps"), "v1 ConfigMap", "three", { data: { a: "1", b: "2" }, binaryData: { c: "AA==" } }),
  make(core("secrets"), "v1 Secret", "two", { stringData: { a: "1", b: "2" } }),
  make(core("serviceaccounts"), "v1 ServiceAccount", "robot", {}),
  make(core("limitranges"), "v1 LimitRange", "limits", { spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "9Gi" } }] } }),
  make(core("resourcequotas"), "v1 ResourceQuota", "unused", { spec: { hard: { "persistentvolumeclaims": "9" } } }),
  event("counted", { count: 3, firstTimestamp: TIME, lastTimestamp: LATER, source: { component: "kubelet", host: "worker" } }),
  event("bare", { involvedObject: { kind: "Node", namespace: NAMESPACE }, reportingComponent: "example.com/c" }),
  make(clusterCore("nodes"), "v1 Node", "worker", { spec: { unschedulable: true } }, { conditions: [{ type: "Ready", status: "False" }], addresses: [{ type: "InternalIP", address: "192.0.2.1" }], nodeInfo: { architecture: "amd64", bootID: "", containerRuntimeVersion: "containerd://2", kernelVersion: "6.1", kubeProxyVersion: "", kubeletVersion: "v1.36.4", machineID: "", operatingSystem: "linux", osImage: "Debian", systemUUID: "" } }, { labels: { "node-role.kubernetes.io/control-plane": "", "kubernetes.io/role": "master" } }),
  make(clusterCore("nodes"), "v1 Node", "blank", {}),
  make(of("coordination.k8s.io", "leases"), "coordination.k8s.io/v1 Lease", "held", { spec: { holderIdentity: "me" } }),
  make(cluster("scheduling.k8s.io", "priorityclasses"), "scheduling.k8s.io/v1 PriorityClass", "high", { value: 100 }),
  make(cluster("rbac.authorization.k8s.io", "clusterroles"), "rbac.authorization.k8s.io/v1 ClusterRole", "tables-reader", { rules: [] }),
  make(of("rbac.authorization.k8s.io", "roles"), "rbac.authorization.k8s.io/v1 Role", "reader", { rules: [] }),
  make(of("rbac.authorization.k8s.io", "rolebindings"), "rbac.authorization.k8s.io/v1 RoleBinding", "readers", { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" }, subjects: [{ kind: "User", name: "u1" }, { kind: "User", name: "u2" }, { kind: "Group", name: "g" }, { kind: "ServiceAccount", name: "robot", namespace: NAMESPACE }] }),
];

const storage: readonly Specimen[] = [
  make(cluster("storage.k8s.io", "storageclasses"), "storage.k8s.io/v1 StorageClass", "fast", { provisioner: "example.com/fast", allowVolumeExpansion: true, volumeBindingMode: "WaitForFirstConsumer" }, undefined, { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }),
  make(cluster("storage.k8s.io", "storageclasses"), "storage.k8s.io/v1 StorageClass", "slow", { provisioner: "example.com/slow", reclaimPolicy: "Retain" }),
  make(core("persistentvolumeclaims"), "v1 PersistentVolumeClaim", "waiting", { spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "1Gi" } } } }),
  make(core("persistentvolumeclaims"), "v1 PersistentVolumeClaim", "bound", { spec: { accessModes: ["ReadWriteMany", "ReadWriteOnce"], volumeName: "disk", storageClassName: "", resources: { requests: { storage: "1Gi" } } } }, { phase: "Bound", accessModes: ["ReadWriteMany", "ReadWriteOnce"], capacity: { storage: "2048Mi" } }),
  make(clusterCore("persistentvolumes"), "v1 PersistentVolume", "disk", { spec: { capacity: { storage: "1024Mi" }, accessModes: ["ReadWriteOnce", "ReadOnlyMany"], hostPath: { path: "/x" }, claimRef: { namespace: NAMESPACE, name: "bound" }, storageClassName: "slow" } }),
  make(cluster("storage.k8s.io", "csidrivers"), "storage.k8s.io/v1 CSIDriver", "csi.example.com", { spec: { attachRequired: false, tokenRequests: [{ audience: "a" }, { audience: "b" }], volumeLifecycleModes: ["Persistent", "Ephemeral"] } }),
];

const target = (type: string, value: Value, field: string): ValueMap => ({ type, [field]: value });
const autoscalers = `/apis/autoscaling/v2/namespaces/${NAMESPACE}/horizontalpodautoscalers`;
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const cpu = { type: "Resource", resource: { name: "cpu", target: target("Utilization", 80, "averageUtilization") } };

const scaling: readonly Specimen[] = [
  make(
    autoscalers,
    "autoscaling/v2 HorizontalPodAutoscaler",
    "cpu",
    { spec: { scaleTargetRef, maxReplicas: 5, metrics: [cpu] } },
    { currentReplicas: 2, desiredReplicas: 3, currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 42, averageValue: "420m" } } }] },
  ),
  make(autoscalers, "autoscaling/v2 HorizontalPodAutoscaler", "mixed", {
    spec: {
      scaleTargetRef,
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: "Pods", pods: { metric: { name: "rps" }, target: target("AverageValue", "100", "averageValue") } },
        { type: "External", external: { metric: { name: "queue" }, target: target("Value", "30", "value") } },
        { type: "Object", object: { metric: { name: "hits" }, describedObject: { kind: "Service", name: "web" }, target: target("Value", "2k", "value") } },
      ],
    },
  }),
  make(autoscalers, "autoscaling/v2 HorizontalPodAutoscaler", "memory", {
    spec: { scaleTargetRef, maxReplicas: 5, metrics: [{ type: "Resource", resource: { name: "memory", target: target("AverageValue", "1Gi", "averageValue") } }, { type: "ContainerResource", containerResource: { name: "cpu", container: "web", target: target("Utilization", 50, "averageUtilization") } }] },
  }),
];

/** Objects of every kind that has cells of its own, in the order in which they can be created. */
export const specimens: readonly Specimen[] = [...plain, ...storage, ...workloads, ...pods, ...network, ...scaling];
