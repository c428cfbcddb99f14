// For tests only.
import type { JsonObject, KubeObject } from "@evenkeel/resource";

/** Small objects to edit; each row of the matrix takes one under a name of its own. */
export const configMap = (name: string, data: JsonObject = { key: "1" }): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

export const secret = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  data: { password: "aHVudGVyMg==" },
});

interface PodParts {
  readonly container?: JsonObject;
  readonly pod?: JsonObject;
  readonly spec?: JsonObject;
  readonly metadata?: JsonObject;
}

export const deployment = (name: string, parts: PodParts = {}): KubeObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, ...parts.metadata },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    ...parts.spec,
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [{ name: "web", image: "web:1", env: [{ name: "A", value: "1" }], ...parts.container }],
        ...parts.pod,
      },
    },
  },
});

export const service = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }] },
});

export const role = (name: string): KubeObject => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name },
  rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }],
});

const metric = (name: string): JsonObject => ({
  type: "Resource",
  resource: { name, target: { type: "Utilization", averageUtilization: 50 } },
});

export const autoscaler = (name: string, metrics: readonly string[]): KubeObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name },
  spec: {
    maxReplicas: 3,
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    metrics: metrics.map(metric),
  },
});

/** Matches nothing that exists. */
export const webhookConfiguration = (name: string, clientConfig: JsonObject): KubeObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name },
  webhooks: [
    {
      name: "none.matrix.example.com",
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      failurePolicy: "Ignore",
      rules: [{ apiGroups: ["none.example.com"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["none"] }],
      clientConfig: { url: "https://none.example.com/", ...clientConfig },
    },
  ],
});

const preserving = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;

/** A kind with a keyed list, a set, an atomic list and map, a default, and a schemaless part. */
export const widgetDefinition: KubeObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.matrix.example.com" },
  spec: {
    group: "matrix.example.com",
    names: { kind: "Widget", plural: "widgets", singular: "widget", listKind: "WidgetList" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: {
                  keyed: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    items: {
                      type: "object",
                      required: ["name"],
                      properties: { name: { type: "string" }, value: { type: "string" } },
                    },
                  },
                  set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
                  untyped: { type: "array", items: { type: "string" } },
                  atomic: {
                    type: "object",
                    "x-kubernetes-map-type": "atomic",
                    additionalProperties: { type: "string" },
                  },
                  defaulted: { type: "string", default: "from-schema" },
                  flag: { type: "boolean" },
                  policy: { type: "object", properties: { prune: { type: "boolean" } } },
                  free: preserving,
                },
              },
              status: preserving,
            },
          },
        },
      },
    ],
  },
};

/** A kind whose schema changes while its objects live. */
export const gaugeDefinition = (properties: JsonObject, name = "gauge"): KubeObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${name}s.matrix.example.com` },
  spec: {
    group: "matrix.example.com",
    names: { kind: `${name.charAt(0).toUpperCase()}${name.slice(1)}`, plural: `${name}s` },
    scope: "Namespaced",
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec: { type: "object", properties } } } },
      },
    ],
  },
});

export const widget = (name: string, spec: JsonObject): KubeObject => ({
  apiVersion: "matrix.example.com/v1",
  kind: "Widget",
  metadata: { name },
  spec,
});
