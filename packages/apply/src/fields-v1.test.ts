import type { Json, JsonObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { beginsWith, fieldTokens } from "./field-tokens.ts";
import { isLeaf, isOwnEntry, memberOf, union } from "./fields-v1.ts";
import { textAt } from "./json-at.ts";

const list = [
  { port: 80, protocol: "TCP", name: "web" },
  { port: 80, protocol: "UDP" },
];

describe("a member of a set of fields stands for", () => {
  test.each<readonly [string, Json | undefined, string, Json | undefined]>([
    ["the field of that name", { a: 1 }, "f:a", 1],
    ["a field whose name has a colon", { "a:b": 1 }, "f:a:b", 1],
    ["nothing where null is there", { a: null }, "f:a", undefined],
    ["nothing where the field is not there", {}, "f:a", undefined],
    ["nothing in what has no fields", "a", "f:a", undefined],
    ["the item with that key", list, 'k:{"port":80,"protocol":"UDP"}', list[1]],
    ["the first item with that key", list, 'k:{"port":80}', list[0]],
    ["no item where a key differs", list, 'k:{"port":81}', undefined],
    ["no item where the key is of another kind", list, 'k:{"port":"80"}', undefined],
    ["the item of a set", ["a", "b"], 'v:"b"', "b"],
    ["no item of a set that is not there", ["a"], 'v:"b"', undefined],
    ["nothing in what is no list", { a: 1 }, 'v:"b"', undefined],
    ["nothing by a place in a list: that moves", ["a"], "i:0", undefined],
  ])("%s", (_title, value, member, wanted) => expect(memberOf(value, member)).toEqual(wanted));
});

describe("all that two sets of fields name", () => {
  const a: JsonObject = { "f:spec": { "f:a": {} } };
  test.each<readonly [string, JsonObject, JsonObject, JsonObject]>([
    ["is the one where the other is empty", a, {}, a],
    ["is both, inside too", a, { "f:spec": { "f:b": {} } }, { "f:spec": { "f:a": {}, "f:b": {} } }],
    ["is both, beside each other", a, { "f:data": {} }, { ...a, "f:data": {} }],
  ])("%s", (_title, one, other, all) => {
    expect(union(one, other)).toEqual(all);
    expect(union(other, one)).toEqual(all);
    expect(a).toEqual({ "f:spec": { "f:a": {} } });
  });

  test.each([
    [{}, true],
    [{ "f:a": {} }, false],
    [{ ".": {} }, false],
  ])("%j is a leaf: %s", (fields, leaf) => expect(isLeaf(fields)).toBe(leaf));
});

test.each([
  ["our apply", { manager: "evenkeel", operation: "Apply" }, true],
  ["an update under our name", { manager: "evenkeel", operation: "Update" }, false],
  ["our apply to a subresource", { manager: "evenkeel", operation: "Apply", subresource: "status" }, false],
  ["an apply of another", { manager: "flux", operation: "Apply" }, false],
])("whose entry it is: %s", (_title, entry, own) => expect(isOwnEntry(entry)).toBe(own));

test.each([
  ["spec.template.spec", ["spec", "template", "spec"]],
  ["spec.containers[0].image", ["spec", "containers", "image"]],
  ["metadata.annotations[a.b/c]", ["metadata", "annotations", "a.b/c"]],
  ["spec.<nil>", ["spec"]],
  ["", []],
])("the path %j leads through %j", (path, tokens) => {
  expect(fieldTokens(path)).toEqual(tokens);
  expect([beginsWith(tokens, tokens), beginsWith(tokens, []), beginsWith(tokens, [...tokens, "x"])]).toEqual([
    true,
    true,
    false,
  ]);
});

test.each([
  ["a text", { a: { b: "x" } }, "x"],
  ["nothing where it is no text", { a: { b: 1 } }, ""],
  ["nothing where it is not there", { a: {} }, ""],
  ["nothing where something on the way is none", { a: "b" }, ""],
  ["nothing in nothing", undefined, ""],
])("at a path is %s", (_title, value, text) => expect(textAt(value, "a", "b")).toBe(text));
