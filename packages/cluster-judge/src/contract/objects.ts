import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";

/** Small objects for cases. */
export const configMap = (name: string, data: ValueMap = { key: "1" }, metadata: ValueMap = {}): LiveObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...metadata },
  data,
});

export const deployment = (
  name: string,
  spec: ValueMap = {},
  container: ValueMap = {},
  pod: ValueMap = {},
): LiveObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: "web", image: "web:1", ...container }], ...pod },
    },
    ...spec,
  },
});

export const service = (name: string, spec: ValueMap = {}): LiveObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080, protocol: "TCP" }], ...spec },
});

export const namespaceNamed = (name: string): LiveObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
});

export const widget = (name: string, spec: ValueMap): LiveObject => ({
  apiVersion: "contract.example.com/v1",
  kind: "Widget",
  metadata: { name },
  spec,
});

/** The same object with nothing but its identity and these parts. */
export const partOf = (object: LiveObject, parts: ValueMap): LiveObject => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: { name: object.metadata["name"] as Value },
  ...parts,
});

const preserving = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;
const text = { type: "string" } as const;

export const widgetDefinition: LiveObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.contract.example.com" },
  spec: {
    group: "contract.example.com",
    names: {
      kind: "Widget",
      plural: "widgets",
      singular: "widget",
      listKind: "WidgetList",
      shortNames: ["wd"],
      categories: ["all"],
    },
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
                  replicas: { type: "integer" },
                  size: { type: "integer", minimum: 1 },
                  keyed: {
                    type: "array",
                    "x-kubernetes-list-type": "map",
                    "x-kubernetes-list-map-keys": ["name"],
                    items: { type: "object", required: ["name"], properties: { name: text, value: text } },
                  },
                  set: { type: "array", "x-kubernetes-list-type": "set", items: text },
                  untyped: { type: "array", items: text },
                  atomic: { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: text },
                  granular: { type: "object", additionalProperties: text },
                  defaulted: { type: "string", default: "from-schema" },
                  fixed: {
                    type: "string",
                    "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "fixed is immutable" }],
                  },
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
