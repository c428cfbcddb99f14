import type { KubeObject } from "@evenkeel/resource";

/** A Deployment, and the ref of it. */
export const ref = { group: "apps", kind: "Deployment", namespace: "shop", name: "web" };
export const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", annotations: { "example.com/owner": "a" } },
  spec: {
    replicas: 2,
    template: { spec: { containers: [{ name: "web", image: "a", ports: [{ containerPort: 80, protocol: "TCP" }] }] } },
    finalizers: ["x/y"],
  },
} as unknown as KubeObject;
