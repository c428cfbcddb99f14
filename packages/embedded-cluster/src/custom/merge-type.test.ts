import { expect, test } from "vitest";

import { compileSchema } from "./custom-schema.ts";
import { mergeTypeOf } from "./merge-type.ts";

const anything = { kind: "untyped", relationship: "deduced" };
const text = { kind: "scalar", scalar: "string" };

const typeOf = (schema: object): unknown => {
  const root = mergeTypeOf(compileSchema({ type: "object", properties: { spec: schema as never } }));
  return root.kind === "struct" ? root.fields["spec"]?.type : undefined;
};

test.each<[string, object, unknown]>([
  ["a string", { type: "string" }, text],
  [
    "a string with a format, which the merge does not look into",
    { type: "string", format: "date-time" },
    { kind: "scalar", scalar: "quantity" },
  ],
  ["an int-or-string is anything", { "x-kubernetes-int-or-string": true }, anything],
  [
    "an object without fields is a map of anything",
    { type: "object" },
    { kind: "map", relationship: "granular", values: anything },
  ],
  [
    "a map, atomic when marked",
    { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: { type: "string" } },
    { kind: "map", relationship: "atomic", values: text },
  ],
  [
    "a list is atomic unless marked",
    { type: "array", items: { type: "string" } },
    { kind: "list", relationship: "atomic", element: text },
  ],
  [
    "a set",
    { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
    { kind: "list", relationship: "set", element: text },
  ],
  [
    "a map list, whose keys may have defaults",
    {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: { type: "object", properties: { k: { type: "string", default: "d" } } },
    },
    {
      kind: "list",
      relationship: "map",
      keys: ["k"],
      element: {
        kind: "struct",
        relationship: "granular",
        fields: { k: { type: text, emit: "omitempty", default: "d" } },
      },
    },
  ],
  [
    "unknown fields are kept here and below",
    {
      type: "object",
      "x-kubernetes-preserve-unknown-fields": true,
      properties: { a: { type: "object", properties: { b: { type: "string" } } } },
    },
    {
      kind: "struct",
      relationship: "granular",
      preserveUnknown: true,
      fields: {
        a: {
          emit: "omitempty",
          type: {
            kind: "struct",
            relationship: "granular",
            preserveUnknown: true,
            fields: { b: { type: text, emit: "omitempty" } },
          },
        },
      },
    },
  ],
])("%s", (_name, schema, expected) => {
  expect(typeOf(schema)).toEqual(expected);
});
