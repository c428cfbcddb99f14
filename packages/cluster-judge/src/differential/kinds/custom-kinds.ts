import type { LiveObject, Value, ValueMap } from "@evenkeel/embedded-cluster";
import { type FieldRow, type KindTable, row } from "./kind-table.ts";

export const CUSTOM_GROUP = "judge.example.com";
const text = { type: "string" } as const;

const definition = (
  kind: string,
  plural: string,
  version: ValueMap,
  names: readonly string[] = ["v1"],
): LiveObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${CUSTOM_GROUP}` },
  spec: {
    group: CUSTOM_GROUP,
    scope: "Namespaced",
    names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: names.map((name, at) => ({ name, served: true, storage: at === 0, ...version })),
  },
});
const schema = (properties: ValueMap, more: ValueMap = {}): ValueMap => ({
  openAPIV3Schema: { type: "object", properties, ...more },
});

const gearSpec: ValueMap = {
  type: "object",
  required: ["size"],
  properties: {
    size: { type: "integer", minimum: 1, maximum: 100 },
    replicas: { type: "integer", format: "int32" },
    ratio: { type: "number" },
    keyed: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name", "zone"],
      items: {
        type: "object",
        required: ["name"],
        properties: {
          name: text,
          zone: { type: "string", default: "z1" },
          value: text,
          weight: { type: "integer", default: 5 },
        },
      },
    },
    set: { type: "array", "x-kubernetes-list-type": "set", items: text },
    list: { type: "array", maxItems: 3, items: text },
    atomicMap: { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: text },
    map: { type: "object", additionalProperties: { type: "object", properties: { a: text, b: { type: "integer" } } } },
    mode: { type: "string", enum: ["on", "off"], default: "on" },
    pattern: { type: "string", pattern: "^[a-z]+$", maxLength: 5 },
    nullable: { type: "string", nullable: true },
    nested: {
      type: "object",
      default: {},
      properties: { flag: { type: "boolean", default: true }, deep: { type: "object", properties: { x: text } } },
    },
    either: { "x-kubernetes-int-or-string": true },
    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    fixed: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "fixed is immutable" }] },
  },
};

/** The three kinds of custom resources that the sequences use; both servers get them before. */
export const definitions: readonly LiveObject[] = [
  definition(
    "Gear",
    "gears",
    {
      subresources: { status: {} },
      schema: schema({
        spec: gearSpec,
        status: {
          type: "object",
          properties: {
            replicas: { type: "integer" },
            selector: text,
            phase: text,
            seen: { type: "array", items: text },
          },
        },
      }),
      additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
    },
    ["v1", "v2"],
  ),
  definition("Lever", "levers", {
    schema: schema({
      spec: {
        type: "object",
        properties: {
          force: { type: "integer" },
          label: text,
          arms: { type: "array", items: { type: "object", properties: { id: text, n: { type: "integer" } } } },
        },
      },
      status: { type: "object", properties: { done: { type: "boolean" } } },
    }),
  }),
  definition("Blob", "blobs", {
    subresources: { status: {} },
    schema: schema(
      { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
      { "x-kubernetes-preserve-unknown-fields": true },
    ),
  }),
];

const custom = (
  kind: string,
  plural: string,
  spec: ValueMap,
  fields: readonly FieldRow[],
  more: Partial<KindTable> = {},
): KindTable => ({
  name: kind,
  apiVersion: `${CUSTOM_GROUP}/v1`,
  kind,
  plural,
  namespaced: true,
  subresources: [],
  strategic: false,
  base: (name): LiveObject => ({
    apiVersion: `${CUSTOM_GROUP}/v1`,
    kind,
    metadata: { name },
    spec: structuredClone(spec),
  }),
  fields,
  status: [],
  ...more,
});

const item = (name: string, value: string): Value => ({ name, value });

export const gears = custom(
  "Gear",
  "gears",
  { size: 3 },
  [
    row("/spec/size", [1, 50, 3], [0, 101, "3", 1.5]),
    row("/spec/replicas", [0, 2, 5], ["x"]),
    row("/spec/ratio", [0.5, 2, 1e21], ["x"]),
    row(
      "/spec/keyed",
      [
        [item("a", "1")],
        [item("a", "2"), item("b", "1")],
        [
          { name: "a", zone: "z2", value: "3" },
          { name: "a", value: "4" },
        ],
        [],
      ],
      [[item("a", "1"), item("a", "2")], [{ value: "1" }], "x"],
    ),
    row("/spec/keyed/0/value", ["5", "6"], [5]),
    row("/spec/set", [["a"], ["a", "b"], ["b", "c"], []], [["a", "a"], [1]]),
    row("/spec/list", [["x"], ["x", "y"], []], [["1", "2", "3", "4"], [1]]),
    row("/spec/atomicMap", [{ a: "1" }, { a: "1", b: "2" }, {}], [{ a: 1 }]),
    row("/spec/atomicMap/c", ["3"]),
    row("/spec/map/one", [{ a: "x" }, { b: 1 }, {}], [{ a: 1 }, "x"]),
    row("/spec/map/two/a", ["y", "z"]),
    row("/spec/map/one/unknown", [], [1]),
    row("/spec/mode", ["on", "off"], ["maybe", null]),
    row("/spec/pattern", ["abc", "z"], ["ABC", "toolong", ""]),
    row("/spec/nullable", ["x", null]),
    row("/spec/nested/flag", [false, true], ["x"]),
    row("/spec/nested/deep/x", ["1"], [1]),
    row("/spec/nested", [{}, { deep: {} }]),
    row("/spec/either", [1, "50%"], [1.5, true]),
    row("/spec/free", [{ a: { b: [1, 2] } }, { a: 1 }, {}], ["x"]),
    row("/spec/free/a", [{ c: 1 }, [1], "x"]),
    row("/spec/fixed", ["once"], ["twice"]),
  ],
  {
    alternate: "Gear.v2",
    subresources: ["status"],
    status: [
      row("/status/replicas", [1, 2], ["x"]),
      row("/status/selector", ["a=b"]),
      row("/status/phase", ["Up", "Down"], [1]),
      row("/status/seen", [["a"], ["a", "b"]]),
    ],
  },
);

/** The other version of the same objects: a sequence writes them through either. */
export const gearsV2: KindTable = {
  ...gears,
  name: "Gear.v2",
  apiVersion: `${CUSTOM_GROUP}/v2`,
  base: (name) => ({ ...gears.base(name), apiVersion: `${CUSTOM_GROUP}/v2` }),
  alternate: "Gear",
};

export const levers = custom("Lever", "levers", { force: 1 }, [
  row("/spec/force", [2, 3], ["x"]),
  row("/spec/label", ["x", ""], [1]),
  row("/spec/arms", [[{ id: "a", n: 1 }], [{ id: "a", n: 1 }, { id: "b" }]], [[{ id: 1 }]]),
  row("/spec/arms/0/n", [4]),
  row("/status/done", [true, false], ["x"]),
]);

export const blobs = custom(
  "Blob",
  "blobs",
  { any: 1 },
  [
    row("/spec/any", [2, "x", { a: 1 }, [1, { b: 2 }], null]),
    row("/spec/any/deep", [1, { x: { y: null } }]),
    row("/extra", [{ top: true }, "x"]),
    row("/spec/big", [9_007_199_254_740_993n, 1.5, -1]),
  ],
  { subresources: ["status"], status: [row("/status/anything", [1, { a: "b" }, ["x"]])] },
);
