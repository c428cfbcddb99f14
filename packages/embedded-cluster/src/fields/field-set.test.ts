import { describe, expect, test } from "vitest";

import { difference, hasPath, intersection, pathsOf, setOf, union, without } from "./field-set.ts";
import { readFieldsV1, writeFieldsV1 } from "./fields-v1.ts";

const [a, b, c] = ["f:a", "f:b", "f:c"];
const set = (...paths: string[]) => setOf(...paths.map((path) => path.split(" ")));
const shown = (of: ReturnType<typeof set>) => pathsOf(of).map((path) => path.join(" "));

describe("sets of field paths", () => {
  const left = set(`${a}`, `${a} ${b}`, `${a} ${c}`, `${b} ${c}`);
  test.each([
    ["union keeps members of both", union(left, set(`${b}`)), [a, b, `${a} ${b}`, `${a} ${c}`, `${b} ${c}`]],
    ["intersection keeps what is in both, at every depth", intersection(left, set(`${a} ${b}`, `${b}`)), [`${a} ${b}`]],
    ["intersection takes the parent alone", intersection(left, set(`${a}`)), [a]],
    [
      "difference of a parent leaves its children",
      difference(left, set(`${a}`)),
      [`${a} ${b}`, `${a} ${c}`, `${b} ${c}`],
    ],
    ["difference of all children leaves the parent", difference(left, set(`${a} ${b}`, `${a} ${c}`)), [a, `${b} ${c}`]],
    ["difference drops branches left empty", difference(left, set(`${b} ${c}`)), [a, `${a} ${b}`, `${a} ${c}`]],
    ["without takes all below a path", without(left, set(`${a}`)), [`${b} ${c}`]],
    ["without of a leaf leaves its siblings", without(left, set(`${a} ${b}`)), [a, `${a} ${c}`, `${b} ${c}`]],
  ])("%s", (_title, result, expected) => {
    expect(shown(result)).toEqual(expected);
  });

  test("has a member, not a mere parent of members", () => {
    expect(["f:a", "f:a f:b", "f:b", "f:b f:c", "f:x f:y"].map((path) => hasPath(left, path.split(" ")))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("fieldsV1", () => {
  test("writes a dot only where a member has members below it, elements in the server's order", () => {
    const written = writeFieldsV1(
      set("f:z", "f:a", "f:a f:x", 'f:l k:{"port":100}', 'f:l k:{"port":80}', 'f:l v:"s"', "f:l i:2", "f:l i:10"),
    );
    expect(JSON.stringify(written)).toBe(
      '{"f:a":{".":{},"f:x":{}},"f:l":{"k:{\\"port\\":80}":{},"k:{\\"port\\":100}":{},"v:\\"s\\"":{},"i:2":{},"i:10":{}},"f:z":{}}',
    );
  });

  test.each([
    ["nothing", {}, []],
    ["a lone dot is the member itself", { "f:a": { ".": {} } }, ["f:a"]],
    ["keys are brought into order", { 'k:{"b":1,"a":"x"}': {} }, ['k:{"a":"x","b":1}']],
    ["numbers are brought into one form", { "v:1.0": {}, "v:1e0": {} }, ["v:1"]],
    ["elements of unknown kinds are dropped", { "x:y": {}, "f:a": {} }, ["f:a"]],
  ])("reads %s", (_title, fields, expected) => {
    expect(shown(readFieldsV1(fields))).toEqual(expected);
  });

  test.each([[{ f: {} }], [{ fa: {} }], [{ "k:[1]": {} }], [{ "v:{": {} }], [{ "i:x": {} }], [{ "f:a": 1 }], [[]]])(
    "refuses %j",
    (fields) => {
      expect(() => readFieldsV1(fields)).toThrow(SyntaxError);
    },
  );
});
