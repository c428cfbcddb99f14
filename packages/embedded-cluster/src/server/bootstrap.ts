import type { LiveObject } from "../json.ts";
import { type ClusterState, nowOf } from "./cluster-state.ts";
import { randomUuid } from "./random-names.ts";

const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"] as const;

const metadata = (cluster: ClusterState, name: string): LiveObject["metadata"] => ({
  name,
  uid: randomUuid(cluster.random),
  creationTimestamp: nowOf(cluster),
});

const namespace = (cluster: ClusterState, name: string): LiveObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: {
    ...metadata(cluster, name),
    labels: { "kubernetes.io/metadata.name": name },
    managedFields: [
      {
        manager: "kube-apiserver",
        operation: "Update",
        apiVersion: "v1",
        time: nowOf(cluster),
        fieldsType: "FieldsV1",
        fieldsV1: { "f:metadata": { "f:labels": { ".": {}, "f:kubernetes.io/metadata.name": {} } } },
      },
    ],
  },
  spec: { finalizers: ["kubernetes"] },
  status: { phase: "Active" },
});

const kubernetesService = (cluster: ClusterState): LiveObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: {
    ...metadata(cluster, "kubernetes"),
    namespace: "default",
    labels: { component: "apiserver", provider: "kubernetes" },
  },
  spec: {
    ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: 6443 }],
    clusterIP: "10.96.0.1",
    clusterIPs: ["10.96.0.1"],
    type: "ClusterIP",
    sessionAffinity: "None",
    ipFamilies: ["IPv4"],
    ipFamilyPolicy: "SingleStack",
    internalTrafficPolicy: "Cluster",
  },
  status: { loadBalancer: {} },
});

/** What a fresh cluster holds: its namespaces and the Service of its own API. */
export const bootstrap = (cluster: ClusterState): void => {
  for (const name of NAMESPACES) {
    cluster.store.put({ group: "", plural: "namespaces", namespace: "", name }, namespace(cluster, name));
  }
  const key = { group: "", plural: "services", namespace: "default", name: "kubernetes" };
  cluster.store.put(key, kubernetesService(cluster));
};
