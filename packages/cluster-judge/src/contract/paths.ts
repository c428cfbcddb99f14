import type { LiveObject } from "@evenkeel/embedded-cluster";

/** The kinds that cases use: the name in the path, and whether they lie in a namespace. */
const KINDS: Readonly<Record<string, readonly [plural: string, namespaced: boolean]>> = {
  ConfigMap: ["configmaps", true],
  Secret: ["secrets", true],
  Service: ["services", true],
  ServiceAccount: ["serviceaccounts", true],
  PersistentVolumeClaim: ["persistentvolumeclaims", true],
  ResourceQuota: ["resourcequotas", true],
  Pod: ["pods", true],
  Deployment: ["deployments", true],
  StatefulSet: ["statefulsets", true],
  DaemonSet: ["daemonsets", true],
  Job: ["jobs", true],
  CronJob: ["cronjobs", true],
  HorizontalPodAutoscaler: ["horizontalpodautoscalers", true],
  Role: ["roles", true],
  RoleBinding: ["rolebindings", true],
  ClusterRole: ["clusterroles", false],
  Namespace: ["namespaces", false],
  CustomResourceDefinition: ["customresourcedefinitions", false],
  Widget: ["widgets", true],
  Knob: ["knobs", true],
  None: ["nones", true],
};

/** The path of an object, or of its collection when it has no name; `metadata.namespace` counts before `namespace`. */
export const pathOf = (object: LiveObject, namespace: string, subresource: string): string => {
  const kind = KINDS[object.kind];
  if (kind === undefined) throw new RangeError(`no path is known for ${object.kind}`);
  const root = object.apiVersion.includes("/") ? `/apis/${object.apiVersion}` : `/api/${object.apiVersion}`;
  const { name, namespace: own } = object.metadata;
  const room = kind[1] ? `/namespaces/${typeof own === "string" ? own : namespace}` : "";
  const item = typeof name === "string" && name !== "" ? `/${name}` : "";
  return `${root}${room}/${kind[0]}${item}${subresource === "" ? "" : `/${subresource}`}`;
};
