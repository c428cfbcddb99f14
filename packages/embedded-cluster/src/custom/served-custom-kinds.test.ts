import { describe, expect, test } from "vitest";

import type { LiveObject, Value } from "../json.ts";
import { servedKindsOf } from "./served-custom-kinds.ts";

const names = { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" };

const crd = (schema: Value): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "widgets.ex.io" },
  spec: {
    group: "ex.io",
    scope: "Namespaced",
    names,
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
  status: {
    acceptedNames: names,
    conditions: [
      { type: "NamesAccepted", status: "True" },
      { type: "Established", status: "True" },
    ],
    storedVersions: ["v1"],
  },
});

const widget = crd({
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string" },
        count: { type: "integer", format: "int32", default: 1, maximum: 10 },
        port: { "x-kubernetes-int-or-string": true },
        mode: { type: "string", enum: ["a", "b"] },
        tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        nul: { type: "string", nullable: true },
      },
    },
  },
});

const create = (spec: Value) => {
  const [kind] = servedKindsOf(widget);
  if (kind === undefined) throw new Error("not served");
  const { object, strictErrors } = kind.model.decode({
    apiVersion: "ex.io/v1",
    kind: "Widget",
    metadata: { name: "a", namespace: "default" },
    spec,
  });
  kind.strategy.applyDefaults?.(object);
  const context = {} as never;
  kind.strategy.prepareForCreate?.(object, context);
  const errors = kind.strategy.validateCreate?.(object, context) ?? [];
  return {
    spec: object["spec"],
    strictErrors,
    errors: errors.map(({ field }) => field),
  };
};

describe("a custom resource is read by its schema", () => {
  test("unknown fields go and are told, defaults come, free fields stay", () => {
    expect(create({ name: "x", unknown: 1, free: { a: { b: null } }, port: "http", nul: null })).toEqual({
      spec: { name: "x", count: 1, free: { a: { b: null } }, port: "http", nul: null },
      strictErrors: ['unknown field "spec.unknown"'],
      errors: [],
    });
  });
  test("null is absence where it is not allowed, and a default replaces it", () => {
    expect(create({ name: "x", count: null, mode: null }).spec).toEqual({ name: "x", count: 1 });
    expect(create(null).spec).toBeUndefined();
  });
});

test("a custom resource is validated by its schema", () => {
  const tags = ["a", "a"];
  const spec = { name: 1, count: 11, port: true, mode: "c", tags, labels: { a: 1 }, unknown: 1 };
  expect(create(spec).errors).toEqual([
    "spec.name",
    "spec.count",
    "spec.port",
    "spec.mode",
    "spec.labels.a",
    "spec.tags[1]",
  ]);
  expect(create({}).errors).toEqual(["spec.name"]);
  expect(create({ name: "n", count: 1.5 }).errors).toEqual(["spec.count"]);
});

test("kinds of the same CRD are compiled once", () => {
  expect(servedKindsOf(structuredClone(widget))).toBe(servedKindsOf(widget));
});
