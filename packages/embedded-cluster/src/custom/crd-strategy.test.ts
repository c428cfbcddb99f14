import { expect, test } from "vitest";

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

const create = (object: LiveObject): readonly string[] => {
  crdStrategy.applyDefaults?.(object);
  crdStrategy.prepareForCreate?.(object, context);
  const errors = crdStrategy.validateCreate?.(object, context) ?? [];
  return errors.map((error) => `${error.field}: ${describeFieldError(error)}`);
};

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

test("an established CRD keeps scope and kind, any keeps group and plural", () => {
  const old = crd();
  create(old);
  old["status"] = { ...(old["status"] as ValueMap), conditions: [{ type: "Established", status: "True" }] };
  const next = structuredClone(old);
  Object.assign(specOf(next), { scope: "Cluster", group: "other.io" });
  crdStrategy.prepareForUpdate?.(next, old, context);
  expect(next.metadata["generation"]).toBe(2);
  const errors = crdStrategy.validateUpdate?.(next, old, context) ?? [];
  expect(errors.map(({ field }) => field)).toEqual(["spec.scope", "spec.group"]);
});
