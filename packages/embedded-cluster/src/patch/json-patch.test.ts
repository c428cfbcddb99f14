import { expect, test } from "vitest";

import type { Value } from "../json.ts";
import { applyJsonPatch } from "./json-patch.ts";

const document = () => ({ spec: { list: ["a", "b"], map: { "x/y": 1, n: null } } });
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
  expect(() => applyJsonPatch(document(), [operation])).toThrow(
    expect.objectContaining({
      code: 422,
      message: "the server rejected our request due to an error in our request",
    }),
  );
});

test.each<[Value]>([[{}], [[5]]])("%j is no patch", (patch) => {
  expect(() => applyJsonPatch(document(), patch)).toThrow(expect.objectContaining({ code: 400 }));
});

test("the document is left as it was", () => {
  const before = document();
  applyJsonPatch(before, [{ op: "add", path: "/spec/list/0", value: 1 }]);
  expect(before).toEqual(document());
});
