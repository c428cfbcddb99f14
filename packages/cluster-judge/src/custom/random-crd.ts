import { copyOf, isMap, type LiveObject, type Value, type ValueMap } from "@evenkeel/embedded-cluster/internals/json";
import { pick } from "./random-resource.ts";

type Random = () => number;

const types = ["object", "array", "string", "integer", "number", "boolean"];

/** What a schema may be given, right and wrong. */
const additions: readonly (readonly [string, readonly Value[]])[] = [
  ["type", [...types, "", "null", "foo"]],
  ["format", ["int32", "int64", "date", "date-time", "foo", "double", "int-or-string"]],
  ["default", ["a", 1, 1.5, true, {}, { a: 1 }, [], null, { unknown: "x" }]],
  ["nullable", [true, false]],
  ["enum", [["a", "b"], [1, 2.5], [null], [{ b: 1, a: 2 }]]],
  ["minimum", [1, 2.5]],
  ["maxLength", [3]],
  ["minLength", [1]],
  ["pattern", ["^a", "(", "[", "*"]],
  ["required", [["a"], ["name", "zz"]]],
  ["uniqueItems", [true, false]],
  ["minProperties", [1]],
  ["multipleOf", [0, 2]],
  ["title", ["t"]],
  ["description", ["d"]],
  ["items", [{ type: "string" }, {}, { type: "object", properties: { a: { type: "string" } } }, [{ type: "string" }]]],
  [
    "properties",
    [{ a: { type: "string" } }, {}, { metadata: { type: "object" }, kind: { type: "string" } }, { b: {} }],
  ],
  ["additionalProperties", [true, false, { type: "string" }, {}]],
  [
    "anyOf",
    [[{ type: "integer" }, { type: "string" }], [{ minLength: 1 }, { description: "x" }], [{ required: ["a"] }]],
  ],
  ["allOf", [[{ properties: { zz: { minimum: 1 } } }], [{ anyOf: [{ type: "integer" }, { type: "string" }] }]]],
  ["oneOf", [[{ maximum: 1 }, { default: 1 }]]],
  ["not", [{ pattern: "x" }, { type: "string" }, { nullable: true }]],
  ["$ref", ["#/x", ""]],
  ["id", ["i"]],
  ["definitions", [{ a: { type: "string" } }]],
  ["dependencies", [{ a: ["b"] }]],
  ["patternProperties", [{ "^a": { type: "string" } }]],
  ["additionalItems", [true, { type: "string" }]],
  ["x-kubernetes-preserve-unknown-fields", [true, false]],
  ["x-kubernetes-embedded-resource", [true, false]],
  ["x-kubernetes-int-or-string", [true]],
  ["x-kubernetes-list-type", ["set", "map", "atomic", "foo"]],
  ["x-kubernetes-list-map-keys", [["name"], ["a", "a"], []]],
  ["x-kubernetes-map-type", ["atomic", "granular", "foo"]],
];

/** One schema below (or this), reached by chance. */
const someSchema = (schema: ValueMap, random: Random): ValueMap => {
  const below: ValueMap[] = [];
  const { items, properties, additionalProperties } = schema;
  if (isMap(items)) below.push(items);
  if (isMap(additionalProperties)) below.push(additionalProperties);
  if (isMap(properties)) below.push(...Object.values(properties).filter(isMap));
  return below.length === 0 || random() < 0.15 ? schema : someSchema(pick(random, below), random);
};

const changeSchema = (schema: ValueMap, random: Random): void => {
  const target = someSchema(schema, random);
  const [key, values] = pick(random, additions);
  if (random() < 0.2)
    delete target[pick(random, ["type", "items", "properties", "x-kubernetes-list-map-keys", "required"])];
  else target[key] = copyOf(pick(random, values));
};

const child = (value: Value | undefined): ValueMap => (isMap(value) ? value : {});
const versionsIn = (crd: LiveObject): ValueMap[] => {
  const { versions } = child(crd["spec"]);
  return Array.isArray(versions) ? versions.filter(isMap) : [];
};

type Change = (crd: LiveObject, random: Random) => void;

const inSpec =
  (key: string, values: readonly Value[]): Change =>
  (crd, random) => {
    child(crd["spec"])[key] = copyOf(pick(random, values));
  };
const inNames =
  (key: string, values: readonly Value[]): Change =>
  (crd, random) => {
    child(child(crd["spec"])["names"])[key] = pick(random, values);
  };
const inVersion =
  (key: string, values: readonly Value[]): Change =>
  (crd, random) => {
    const version = versionsIn(crd).at(-1);
    if (version !== undefined) version[key] = copyOf(pick(random, values));
  };

const schemaChange: Change = (crd, random) => {
  const schema = child(pick(random, versionsIn(crd))["schema"])["openAPIV3Schema"];
  if (isMap(schema)) changeSchema(schema, random);
};

const anotherVersion: Change = (crd, random) => {
  const [first] = versionsIn(crd);
  const { versions } = child(crd["spec"]);
  if (first === undefined || !Array.isArray(versions)) return;
  const added: ValueMap = { ...copyOf(first), name: pick(random, ["v2", "v1", "v1beta1"]), storage: random() < 0.2 };
  versions.push(added);
  if (random() < 0.5) schemaChange(crd, random);
};

const changes: readonly Change[] = [
  ...Array.from({ length: 22 }, () => schemaChange),
  anotherVersion,
  anotherVersion,
  inSpec("group", ["ex", "Ex.io", "", "x.k8s.io"]),
  inSpec("scope", ["Cluster", "X", ""]),
  inSpec("preserveUnknownFields", [true, false]),
  inSpec("conversion", [
    { strategy: "None" },
    { strategy: "Foo" },
    { strategy: "Webhook" },
    { strategy: "None", webhook: { conversionReviewVersions: ["v1"] } },
    { strategy: "Webhook", webhook: { conversionReviewVersions: ["v9", "v9"], clientConfig: {} } },
  ]),
  inNames("plural", ["other", "Bad_", ""]),
  inNames("kind", ["Other", "bad_kind", ""]),
  inNames("listKind", ["Scalar", "bad list", ""]),
  inNames("singular", ["s", "S", ""]),
  inNames("shortNames", [["s", "S"], []]),
  inNames("categories", [["all", "A_"]]),
  inVersion("served", [false]),
  inVersion("storage", [false, true]),
  inVersion("name", ["v2", "V1", "1", "v1alpha1"]),
  inVersion("deprecated", [true]),
  inVersion("deprecationWarning", ["gone", "", "line\nbreak"]),
  inVersion("subresources", [
    { status: {} },
    {},
    { scale: {} },
    { scale: { specReplicasPath: ".spec.a", statusReplicasPath: "status.b", labelSelectorPath: ".x" } },
  ]),
  inVersion("additionalPrinterColumns", [
    [{ name: "A", type: "string", jsonPath: ".spec.a" }],
    [{ name: "", type: "foo", jsonPath: "spec", format: "x", priority: 1 }],
  ]),
  inVersion("selectableFields", [
    [{ jsonPath: ".spec.name" }, { jsonPath: ".spec.name" }],
    [{ jsonPath: ".spec.nope" }],
  ]),
  inVersion("schema", [{}]),
  (crd) => {
    crd.metadata["name"] = "other.name";
  },
];

/** A copy of a CRD with one to three changes, of which many make it invalid. */
export const mutatedCrd = (crd: LiveObject, random: Random): LiveObject => {
  const copy = copyOf(crd);
  const count = 1 + Math.floor(random() * 3);
  for (let index = 0; index < count; index += 1) pick(random, changes)(copy, random);
  return copy;
};
