import type { LiveObject, ValueMap } from "../../../json.ts";
import { NAMESPACE, type Specimen } from "./specimens.ts";

const any = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

const column = (name: string, type: string, jsonPath: string, more: ValueMap = {}): ValueMap => ({
  name,
  type,
  jsonPath,
  ...more,
});

/** A definition with columns of every type, simple paths of every form; its second version has none. */
export const widgetDefinition: LiveObject = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.tables.example.com" },
  spec: {
    group: "tables.example.com",
    scope: "Namespaced",
    names: { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: "object", properties: { spec: any, status: any } } },
        additionalPrinterColumns: [
          column("Size", "integer", ".spec.size"),
          column("Share", "number", ".spec.share", { format: "double", description: "How much of it." }),
          column("On", "boolean", ".spec.on"),
          column("Text", "string", ".spec.text"),
          column("Whole", "string", ".spec.whole", { priority: 1 }),
          column("Since", "date", ".spec.since"),
          column("Ready", "string", '.status.conditions[?(@.type=="Ready")].status'),
          column("First", "string", ".spec.list[0]"),
          column("Last", "string", ".spec.list[-1]"),
          column("All", "string", ".spec.list[*]"),
          column("Label", "string", ".metadata.labels.example\\.com/name"),
          column("Quoted", "string", ".metadata.labels['plain']"),
          column("Age", "date", ".metadata.creationTimestamp"),
        ],
      },
      { name: "v2", served: true, storage: false, schema: { openAPIV3Schema: any } },
    ],
  },
};

const path = `/apis/tables.example.com/v1/namespaces/${NAMESPACE}/widgets`;

const widget = (name: string, spec: ValueMap, status: ValueMap = {}, labels: ValueMap = {}): Specimen => ({
  path,
  body: { apiVersion: "tables.example.com/v1", kind: "Widget", metadata: { name, labels }, spec, status },
});

export const widgets: readonly Specimen[] = [
  widget("empty", {}),
  widget(
    "full",
    { size: 3, share: 0.5, on: true, text: "t", whole: { b: [1, "x"], a: null }, since: "2026-01-02T03:04:05Z", list: ["a", "b"] },
    { conditions: [{ type: "Other", status: "False" }, { type: "Ready", status: "True" }] },
    { "example.com/name": "dotted", plain: "quoted" },
  ),
  widget("mixed", { size: 2.9, share: 4, on: "yes", text: 7, whole: [true, 1.5], since: "yesterday", list: [] }, { conditions: [] }),
  widget("wrong", { size: "3", share: "x", on: 1, text: false, whole: null, since: "", list: [{ a: 1 }] }),
  { path: path.replace("/v1/", "/v2/"), body: { apiVersion: "tables.example.com/v2", kind: "Widget", metadata: { name: "second" } } },
];
