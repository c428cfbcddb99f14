import { describe, expect, test } from "vitest";

import { isMap, type LiveObject, type Value, type ValueMap } from "../json.ts";
import { describeFieldError } from "../kinds/field-error.ts";
import type { StrategyContext } from "../kinds/kind-strategy.ts";
import { crdStrategy } from "./crd-strategy.ts";

const context = {} as StrategyContext;

const crd = (schema: Value = { type: "object", properties: { spec: { type: "object" } } }): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "tests.ex.io" },
  spec: {
    group: "ex.io",
    scope: "Namespaced",
    names: { plural: "tests", kind: "Test" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
});

const specOf = (object: LiveObject): ValueMap => (isMap(object["spec"]) ? object["spec"] : {});
const firstVersion = (object: LiveObject): ValueMap => (specOf(object)["versions"] as ValueMap[])[0] ?? {};

const create = (object: LiveObject): readonly string[] => {
  crdStrategy.applyDefaults?.(object);
  crdStrategy.prepareForCreate?.(object, context);
  const errors = crdStrategy.validateCreate?.(object, context) ?? [];
  return errors.map((error) => `${error.field}: ${describeFieldError(error)}`);
};

const withSchema = (properties: Value): LiveObject => crd({ type: "object", properties });
const at = "spec.versions[0].schema.openAPIV3Schema";

test("names, conversion and stored versions are filled in", () => {
  const object = crd();
  expect(create(object)).toEqual([]);
  expect(specOf(object)["names"]).toEqual({ plural: "tests", kind: "Test", singular: "test", listKind: "TestList" });
  expect(specOf(object)["conversion"]).toEqual({ strategy: "None" });
  expect(object["status"]).toEqual({
    conditions: null,
    acceptedNames: { plural: "", kind: "" },
    storedVersions: ["v1"],
  });
  expect(object.metadata["generation"]).toBe(1);
});

describe("a CRD is refused that could not be served", () => {
  test.each<[string, (object: LiveObject) => void, readonly string[]]>([
    [
      "under another name",
      (object) => (object.metadata["name"] = "foo.ex.io"),
      ['metadata.name: Invalid value: "foo.ex.io": must be spec.names.plural+"."+spec.group'],
    ],
    [
      "without a storage version",
      (object) => (firstVersion(object)["storage"] = false),
      ["spec.versions: Invalid value: null: must have exactly one version marked as storage version"],
    ],
    [
      "without a schema",
      (object) => delete firstVersion(object)["schema"],
      ["spec.versions[0].schema.openAPIV3Schema: Required value"],
    ],
  ])("%s", (_name, change, expected) => {
    const object = crd();
    change(object);
    expect(create(object)).toEqual(expected);
  });

  test.each<[string, Value, readonly string[]]>([
    [
      "with a field that has no type",
      { m: { type: "array", items: {} } },
      [`${at}.properties[m].items.type: Required value: must not be empty for specified object fields`],
    ],
    [
      "with a keyed list without keys",
      { b: { type: "array", "x-kubernetes-list-type": "map", items: { type: "object" } } },
      [
        `${at}.properties[b].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
      ],
    ],
    [
      "with a default that its schema refuses",
      { a: { type: "string", default: 1 } },
      [
        `${at}.properties[a].default: Invalid value: "integer": ${at}.properties[a].default in body must be of type string: "integer"`,
      ],
    ],
  ])("%s", (_name, properties, expected) => {
    expect(create(withSchema(properties))).toEqual(expected);
  });
});

test("an established CRD keeps scope and kind, any keeps group and plural", () => {
  const old = crd();
  create(old);
  old["status"] = { ...(old["status"] as ValueMap), conditions: [{ type: "Established", status: "True" }] };
  const next = structuredClone(old);
  Object.assign(specOf(next), { scope: "Cluster", group: "other.io" });
  crdStrategy.prepareForUpdate?.(next, old, context);
  expect(next.metadata["generation"]).toBe(2);
  const errors = crdStrategy.validateUpdate?.(next, old, context) ?? [];
  expect(errors.map((error) => `${error.field}: ${describeFieldError(error)}`)).toEqual([
    'spec.scope: Invalid value: "Cluster": field is immutable',
    'spec.group: Invalid value: "other.io": field is immutable',
  ]);
});
