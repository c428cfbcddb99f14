import { expect, test } from "vitest";

import { describeFieldError } from "../kinds/field-error.ts";
import { compileSchema } from "./custom-schema.ts";
import { immutabilityFindings } from "./immutability-rules.ts";

const immutable = (message?: string) => ({
  "x-kubernetes-validations": [{ rule: "self == oldSelf", ...(message === undefined ? {} : { message }) }],
});

const schema = compileSchema({
  type: "object",
  properties: {
    f: { type: "string", ...immutable(" no change ") },
    n: { type: "integer", ...immutable() },
    o: {
      type: "object",
      "x-kubernetes-validations": [{ rule: "self==oldSelf", reason: "FieldValueForbidden", message: "o" }],
      properties: { a: { type: "string" } },
    },
    l: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["k"],
      items: { type: "object", properties: { k: { type: "string" }, v: { type: "string", ...immutable("v") } } },
    },
    other: { type: "string", "x-kubernetes-validations": [{ rule: "self.size() > 3" }] },
  },
});

const old = {
  f: "x",
  n: 1,
  o: { a: "b" },
  l: [
    { k: "1", v: "a" },
    { k: "2", v: "b" },
  ],
  other: "y",
};

test.each<[string, object, readonly string[]]>([
  ["what stays may stay", old, []],
  ["what goes may go, and other rules are not run", { other: "z" }, []],
  [
    "what changes is told as the server does",
    {
      f: "y",
      n: 2,
      o: { a: "c" },
      l: [
        { k: "2", v: "q" },
        { k: "1", v: "a" },
        { k: "3", v: "z" },
      ],
    },
    [
      'f: Invalid value: "y": no change',
      "n: Invalid value: 2: failed rule: self == oldSelf",
      "o: Forbidden: o",
      'l[0].v: Invalid value: "q": v',
    ],
  ],
])("%s", (_name, value, expected) => {
  const errors = immutabilityFindings(value as never, old, schema);
  expect(errors.map((error) => `${error.field}: ${describeFieldError(error)}`)).toEqual(expected);
});
