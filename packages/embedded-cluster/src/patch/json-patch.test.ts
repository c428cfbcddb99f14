import { expect, test } from "vitest";

import type { Value } from "../json.ts";
import { applyJsonPatch } from "./json-patch.ts";
import { PatchFailed } from "./patch-failed.ts";

const document = () => ({ spec: { list: ["a", "b"], map: { "x/y": 1, n: null } } });
const failure = (patch: Value, validation?: "Ignore" | "Warn"): readonly [number, string] => {
  try {
    applyJsonPatch(document(), patch, validation);
  } catch (error) {
    if (error instanceof PatchFailed) return [error.status, error.message];
    throw error;
  }
  return [200, ""];
};
const rejected = [422, "the server rejected our request due to an error in our request"];

test.each<[string, Value[], object]>([
  [
    "adds a member",
    [{ op: "add", path: "/spec/map/z", value: 2 }],
    { list: ["a", "b"], map: { "x/y": 1, n: null, z: 2 } },
  ],
  ["adds null where a value is missing", [{ op: "add", path: "/spec/z" }], { ...document().spec, z: null }],
  ["replaces what is not there", [{ op: "replace", path: "/spec/z", value: 1 }], { ...document().spec, z: 1 }],
  [
    "inserts and appends",
    [
      { op: "add", path: "/spec/list/0", value: 0 },
      { op: "add", path: "/spec/list/-", value: 9 },
    ],
    { ...document().spec, list: [0, "a", "b", 9] },
  ],
  [
    "counts negative indexes from the end",
    [{ op: "remove", path: "/spec/list/-1" }],
    { ...document().spec, list: ["a"] },
  ],
  ["reads escapes", [{ op: "remove", path: "/spec/map/x~1y" }], { list: ["a", "b"], map: { n: null } }],
  [
    "moves",
    [{ op: "move", from: "/spec/list/0", path: "/spec/first" }],
    { map: document().spec.map, list: ["b"], first: "a" },
  ],
  [
    "copies null from nowhere",
    [{ op: "copy", from: "/spec/nowhere", path: "/spec/z" }],
    { ...document().spec, z: null },
  ],
  ["takes a missing member for null in tests", [{ op: "test", path: "/spec/nowhere", value: null }], document().spec],
])("%s", (_, patch, spec) => {
  expect(applyJsonPatch(document(), patch)).toEqual({ spec });
});

test.each<[string, Value]>([
  ["a failed test", { op: "test", path: "/spec/list/0", value: "b" }],
  ["a missing member", { op: "remove", path: "/spec/nowhere" }],
  ["a missing path", { op: "add", path: "/spec/no/where", value: 1 }],
  ["an index that is none", { op: "add", path: "/spec/list/x", value: 1 }],
  ["an index beyond the end", { op: "replace", path: "/spec/list/2", value: 1 }],
  ["an unknown operation", { op: "frob", path: "/spec" }],
  ["an operation without a path", { op: "add" }],
])("%s is rejected without a reason told", (_, operation) => {
  expect(failure([operation])).toEqual(rejected);
});

test.each<[Value, "Ignore" | "Warn", number, string]>([
  [{}, "Warn", 400, "error decoding patch: json: cannot unmarshal object"],
  [{}, "Ignore", 400, "json: cannot unmarshal object"],
  [[5], "Warn", 400, "error decoding patch: json: cannot unmarshal number"],
  [[{ op: "add", path: 5 }], "Warn", 400, "error decoding patch: json: cannot unmarshal number"],
  [
    Array.from({ length: 10_001 }, () => ({ op: "test" })),
    "Warn",
    413,
    "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
  ],
])("what is no patch is told", (patch, validation, status, message) => {
  expect(failure(patch, validation)).toEqual([status, expect.stringContaining(message)]);
});

test("the document is left as it was, and what was walked through comes out sorted", () => {
  const before = document();
  const after = applyJsonPatch(before, [{ op: "add", path: "/spec/a", value: { z: 1, b: 2 } }]);
  expect(before).toEqual(document());
  expect(JSON.stringify(after)).toBe('{"spec":{"a":{"z":1,"b":2},"list":["a","b"],"map":{"n":null,"x/y":1}}}');
});
