import { expect, test } from "vitest";

import type { Value, ValueMap } from "../json.ts";
import { applyMergePatch } from "./merge-patch.ts";

test.each<[string, ValueMap, Value, Value]>([
  ["changes and adds", { a: 1, b: 2 }, { a: 3, c: 4 }, { a: 3, b: 2, c: 4 }],
  ["null removes", { a: 1, b: { c: 1, d: 2 } }, { a: null, b: { c: null } }, { b: { d: 2 } }],
  ["null of a new map goes", {}, { a: { b: null, c: [{ d: null }, null] } }, { a: { c: [{}, null] } }],
  ["a list replaces a map as it is", { a: { b: 1 } }, { a: [{ c: null }] }, { a: [{ c: null }] }],
  ["a list replaces a list without nulls inside", { a: [1] }, { a: [{ c: null }] }, { a: [{}] }],
])("%s", (_, document, patch, merged) => {
  expect(applyMergePatch(document, patch)).toEqual(merged);
});

test.each<[Value, "Warn" | "Ignore", string]>([
  [null, "Warn", "Invalid JSON Patch"],
  [[], "Warn", "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}"],
  [5, "Ignore", "Invalid JSON Patch"],
])("%j is no patch", (patch, validation, message) => {
  expect(() => applyMergePatch({}, patch, validation)).toThrow(message);
});

const widget = { apiVersion: "example.com/v1", kind: "Widget", spec: { b: 1, a: { d: 1, c: 2 } } };
const configMap = { metadata: { uid: "u", name: "n" }, kind: "ConfigMap", apiVersion: "v1", data: { b: "1", a: "2" } };

test("members come out as the server writes them: of structs in its order, of maps sorted", () => {
  expect(JSON.stringify(applyMergePatch(widget, {}))).toBe(
    '{"apiVersion":"example.com/v1","kind":"Widget","spec":{"a":{"c":2,"d":1},"b":1}}',
  );
  expect(JSON.stringify(applyMergePatch(configMap, {}))).toBe(
    '{"apiVersion":"v1","data":{"a":"2","b":"1"},"kind":"ConfigMap","metadata":{"name":"n","uid":"u"}}',
  );
});

test.each<[string, ValueMap, ValueMap, number, string]>([
  [
    "a kind that is no text",
    configMap,
    { kind: 5 },
    422,
    "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
  ],
  [
    "a custom resource without a kind",
    widget,
    { kind: null, spec: null },
    422,
    `Object 'Kind' is missing in '{"apiVersion":"example.com/v1"}'`,
  ],
  [
    "a custom resource without a version",
    widget,
    { apiVersion: null },
    500,
    "Object 'apiVersion' is missing in 'object has no apiVersion field'",
  ],
])("%s is refused", (_, document, patch, status, why) => {
  expect(() => applyMergePatch(document, patch)).toThrow(
    expect.objectContaining({ status, message: expect.stringContaining(why) as string }),
  );
});
