import { sha256Hex } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

/** The objects of one application: Deployment, Service and ConfigMap, of usual size. */
export const application = (index: number, version = 1): readonly KubeObject[] => {
  const name = `app-${index}`;
  const labels = { "app.kubernetes.io/name": name, "evenkeel.dev/app": sha256Hex(name).slice(0, 32) };
  const metadata = { name, namespace: "default", labels };
  const container = {
    name: "web",
    image: `registry.example/shop/${name}:${version}`,
    ports: [{ name: "http", containerPort: 8080 }],
    env: [
      { name: "LOG_LEVEL", value: "info" },
      { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
    envFrom: [{ configMapRef: { name } }],
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    readinessProbe: { httpGet: { path: "/ready", port: "http" } },
  };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "app.properties": `name=${name}\nversion=${version}\n` } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: { "app.kubernetes.io/name": name } },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    },
  ];
};
