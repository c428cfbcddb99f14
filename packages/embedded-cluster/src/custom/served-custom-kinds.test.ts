import { describe, expect, test } from "vitest";

import type { LiveObject, Value } from "../json.ts";
import { describeFieldError } from "../kinds/field-error.ts";
import { DecodeFailed } from "../kinds/kind-strategy.ts";
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
        tpl: {
          type: "object",
          "x-kubernetes-embedded-resource": true,
          "x-kubernetes-preserve-unknown-fields": true,
        },
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
    errors: errors.map((error) => `${error.field}: ${describeFieldError(error)}`),
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
  test("embedded metadata is Go's", () => {
    const made = create({
      name: "x",
      tpl: { apiVersion: "v1", kind: "Pod", metadata: { name: "q", foo: 1 }, spec: {} },
    });
    expect(made.strictErrors).toEqual(['unknown field "spec.tpl.metadata.foo"']);
    expect(() => create({ name: "x", tpl: { kind: 1 } })).toThrow(
      new DecodeFailed("spec.tpl.kind: Invalid value: 1: must be a string"),
    );
  });
});

describe("a custom resource is validated in the server's words", () => {
  test.each<[string, Value, readonly string[]]>([
    [
      "wrong types",
      { name: 1, count: "x", port: true, mode: "c", tags: ["a", "a"], labels: { a: 1 } },
      [
        'spec.name: Invalid value: "integer": spec.name in body must be of type string: "integer"',
        'spec.count: Invalid value: "string": spec.count in body must be of type integer: "string"',
        'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
        'spec.mode: Unsupported value: "c": supported values: "a", "b"',
        'spec.labels.a: Invalid value: "integer": spec.labels.a in body must be of type string: "integer"',
        'spec.tags[1]: Duplicate value: "a"',
      ],
    ],
    [
      "an integer beyond its maximum",
      { name: "n", count: 11 },
      ["spec.count: Invalid value: 11: spec.count in body should be less than or equal to 10"],
    ],
    [
      "a fraction where an integer is due",
      { name: "n", count: 1.5 },
      ['spec.count: Invalid value: "float64": spec.count in body must be of type int32: "float64"'],
    ],
    ["a missing required field", {}, ["spec.name: Required value"]],
    ["a list for an object", [], ['spec: Invalid value: "array": spec in body must be of type object: "array"']],
  ])("%s", (_name, spec, errors) => {
    expect(create(spec).errors).toEqual(errors);
  });
});

test("kinds of the same CRD are compiled once", () => {
  expect(servedKindsOf(structuredClone(widget))).toBe(servedKindsOf(widget));
});
