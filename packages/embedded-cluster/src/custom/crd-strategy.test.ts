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
const at = (place: string): string => `spec.validation.openAPIV3Schema.properties[${place}`;

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

describe("a CRD is refused in the server's words", () => {
  test.each<[string, (object: LiveObject) => void, readonly string[]]>([
    [
      "another name",
      (object) => (object.metadata["name"] = "foo.ex.io"),
      ['metadata.name: Invalid value: "foo.ex.io": must be spec.names.plural+"."+spec.group'],
    ],
    [
      "an unknown scope",
      (object) => (specOf(object)["scope"] = "X"),
      ['spec.scope: Unsupported value: "X": supported values: "Cluster", "Namespaced"'],
    ],
    [
      "no storage version",
      (object) => (firstVersion(object)["storage"] = false),
      [
        'spec.versions: Invalid value: [{"Name":"v1","Served":true,"Storage":false,"Deprecated":false,"DeprecationWarning":null,"Schema":null,"Subresources":null,"AdditionalPrinterColumns":null,"SelectableFields":null}]: must have exactly one version marked as storage version',
        "status.storedVersions: Invalid value: null: must have at least one stored version",
      ],
    ],
    [
      "no schema",
      (object) => delete firstVersion(object)["schema"],
      ["spec.versions[0].schema.openAPIV3Schema: Required value"],
    ],
    [
      "paths of the scale subresource",
      (object) =>
        (firstVersion(object)["subresources"] = {
          scale: { specReplicasPath: "spec.replicas", statusReplicasPath: ".spec.replicas", labelSelectorPath: ".foo" },
        }),
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: "spec.replicas": must be a simple json path starting with .',
        'spec.subresources.scale.statusReplicasPath: Invalid value: ".spec.replicas": should be a json path under .status',
        'spec.subresources.scale.labelSelectorPath: Invalid value: ".foo": should be a json path under either .spec or .status',
      ],
    ],
  ])("%s", (_name, change, expected) => {
    const object = crd();
    change(object);
    expect(create(object)).toEqual(expected);
  });

  test.each<[string, Value, readonly string[]]>([
    [
      "what is not structural",
      { l: { type: "array" }, m: { type: "array", items: {} } },
      [
        `${at("l]")}.items: Required value: must be specified`,
        `${at("m]")}.items.type: Required value: must not be empty for specified array items`,
      ],
    ],
    [
      "list maps without their keys",
      {
        b: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k", "z"],
          items: { type: "object", properties: { k: { type: "string" } } },
        },
      },
      [
        `${at("b]")}.x-kubernetes-list-map-keys: Invalid value: ["k","z"]: entries must all be names of item properties`,
        `${at("b]")}.items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      "defaults that the schema refuses",
      {
        a: { type: "string", default: 1 },
        b: { type: "object", properties: { c: { type: "string" } }, default: { d: 1 } },
      },
      [
        `${at("a]")}.default: Invalid value: "integer":  in body must be of type string: "integer"`,
        `${at("b]")}.default: Invalid value: {"d":1}: must not have unknown fields`,
      ],
    ],
    [
      "types below a junctor",
      { a: { type: "string", anyOf: [{ type: "string", minLength: 1 }, { pattern: "(" }] } },
      [
        `${at("a]")}.anyOf[0].type: Forbidden: must be empty to be structural`,
        `${at("a]")}.anyOf[1].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: missing closing ): \`(\``,
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

test("a format that the server does not know is warned of, once", () => {
  const object = withSchema({ a: { type: "string", format: "foo" }, b: { type: "string", format: "foo" } });
  expect(crdStrategy.warnings?.(object, undefined)).toEqual(['unrecognized format "foo"']);
  expect(crdStrategy.warnings?.(object, object)).toEqual([]);
});
