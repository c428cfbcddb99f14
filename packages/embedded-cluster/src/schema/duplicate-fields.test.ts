import { expect, test } from "vitest";

import { builtinModel } from "./builtin-model.ts";
import { findDuplicateFields, findDuplicates } from "./duplicate-fields.ts";

const { type, table } = builtinModel({ group: "apps", version: "v1", kind: "Deployment" });

test.each([
  ["nothing twice", '{"a":[{"b":1},{"b":"}{"}],"c":{}}', []],
  ["a member", '{"a":1,"a":2}', ["a"]],
  ["a member spelled with an escape", '{"a":1,"\\u0061":2}', ["a"]],
  ["three times is told once", '{"a":1,"a":2,"a":3}', ["a"]],
  ["deep inside", '{"x":[0,{"y":{"z":"\\"","z":null}}]}', ["x[1].y.z"]],
])("%s", (_, text, paths) => {
  expect(findDuplicateFields(text)).toEqual(paths.map((path) => `duplicate field "${path}"`));
});

test("with a type only where the server looks", () => {
  const text =
    '{"foo":1,"foo":2,"bar":{"a":1,"a":2},"metadata":{"labels":{"a":"1","a":"2"}},"spec":{"replicas":1,"replicas":2}}';
  expect(findDuplicateFields(text, type, table)).toEqual([
    'duplicate field "metadata.labels.a"',
    'duplicate field "spec.replicas"',
  ]);
});

test("lines are those of the later one", () => {
  expect(findDuplicates('{\n"a": 1,\n"a": 2}')).toEqual([{ path: "a", key: "a", line: 3 }]);
});
