import type { LiveObject, ValueMap } from "@evenkeel/embedded-cluster/internals/json";

const text: ValueMap = { type: "string" };
const texts: ValueMap = { type: "object", additionalProperties: text };

const item: ValueMap = {
  type: "object",
  required: ["id"],
  properties: {
    id: text,
    zone: { type: "string", default: "n" },
    note: text,
    tags: { type: "array", "x-kubernetes-list-type": "set", items: text },
    inner: texts,
  },
};

const spec: ValueMap = {
  type: "object",
  properties: {
    size: { type: "integer" },
    big: { type: "integer", format: "int64" },
    ratio: { type: "number" },
    flags: { type: "array", nullable: true, "x-kubernetes-list-type": "set", items: text },
    numbers: { type: "array", "x-kubernetes-list-type": "set", items: { type: "integer" } },
    items: {
      type: "array",
      nullable: true,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["id", "zone"],
      items: item,
    },
    list: { type: "array", items: { type: "integer" } },
    fixed: { ...texts, "x-kubernetes-map-type": "atomic" },
    options: { ...texts, nullable: true },
    nested: {
      type: "object",
      nullable: true,
      properties: { a: text, b: { type: "object", properties: { c: text, d: { type: "string", default: "dd" } } } },
    },
    free: { "x-kubernetes-preserve-unknown-fields": true },
    port: { "x-kubernetes-int-or-string": true },
    maybe: { type: "string", nullable: true },
    any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const version = (name: string, storage: boolean): ValueMap => ({
  name,
  served: true,
  storage,
  schema: {
    openAPIV3Schema: {
      type: "object",
      properties: { spec, status: { type: "object", properties: { size: { type: "integer" } } } },
    },
  },
  subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
});

/** A kind with every way to merge, in two versions, with status and scale. */
export const widgetCrd: LiveObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.e.io" },
  spec: {
    group: "e.io",
    scope: "Namespaced",
    names: { kind: "Widget", listKind: "WidgetList", plural: "widgets", singular: "widget" },
    versions: [version("v1", true), version("v2", false)],
  },
};
