import type { Value } from "@evenkeel/embedded-cluster/internals/json";
import type { Shape } from "./value-shapes.ts";

const port: Value = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string" },
    protocol: { type: "string", default: "TCP" },
    port: { type: "integer" },
  },
};

export const lists: Shape = {
  plural: "lists",
  kind: "Listing",
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          tags: { type: "array", "x-kubernetes-list-type": "set", maxItems: 3, items: { type: "string" } },
          numbers: { type: "array", "x-kubernetes-list-type": "set", items: { type: "integer" } },
          ports: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name", "protocol"],
            items: port,
          },
          byName: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["name"],
            items: port,
          },
          plain: { type: "array", minItems: 1, maxItems: 2, items: { type: "string", nullable: true } },
          matrix: { type: "array", items: { type: "array", items: { type: "integer", default: 7 } } },
          labels: { type: "object", additionalProperties: { type: "string", maxLength: 3 } },
          groups: { type: "object", additionalProperties: { type: "array", items: port } },
          closed: { type: "object", additionalProperties: false },
          whole: {
            type: "object",
            "x-kubernetes-map-type": "atomic",
            properties: { a: { type: "string" }, b: { type: "integer" } },
          },
        },
      },
    },
  },
};

export const open: Shape = {
  plural: "opens",
  kind: "Open",
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        "x-kubernetes-preserve-unknown-fields": true,
        properties: {
          known: { type: "object", properties: { a: { type: "string" }, b: { type: "integer", default: 3 } } },
          items: {
            type: "array",
            "x-kubernetes-preserve-unknown-fields": true,
            items: { type: "object", properties: { a: { type: "string" } } },
          },
        },
      },
      anything: { "x-kubernetes-preserve-unknown-fields": true },
      template: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        "x-kubernetes-preserve-unknown-fields": true,
      },
      strict: {
        type: "object",
        "x-kubernetes-embedded-resource": true,
        properties: { spec: { type: "object", properties: { n: { type: "integer", default: 1 } } } },
      },
    },
  },
};

export const scaled: Shape = {
  plural: "scaleds",
  kind: "Scaled",
  subresources: {
    status: {},
    scale: {
      specReplicasPath: ".spec.replicas",
      statusReplicasPath: ".status.replicas",
      labelSelectorPath: ".status.selector",
    },
  },
  schema: {
    type: "object",
    properties: {
      spec: {
        type: "object",
        default: {},
        properties: {
          replicas: { type: "integer", default: 1 },
          nested: {
            type: "object",
            default: { deep: {} },
            properties: { deep: { type: "object", properties: { x: { type: "string", default: "d" } } } },
          },
        },
      },
      status: {
        type: "object",
        required: ["replicas"],
        properties: {
          replicas: { type: "integer" },
          selector: { type: "string" },
          phase: { type: "string", enum: ["Up", "Down"] },
          conditions: {
            type: "array",
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
            items: {
              type: "object",
              required: ["type"],
              properties: { type: { type: "string" }, at: { type: "string", format: "date-time" } },
            },
          },
        },
      },
    },
  },
};
