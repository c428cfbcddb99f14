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

test.each<[Value]>([[null], [[]], [5]])("%j is no patch", (patch) => {
  expect(() => applyMergePatch({}, patch)).toThrow(expect.objectContaining({ code: 400 }));
});
