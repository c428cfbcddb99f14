import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { entriesOf, isOwnEntry, ownEntry, ownershipText } from "./owned-entry.ts";

const ours = {
  manager: "evenkeel",
  operation: "Apply",
  apiVersion: "v1",
  time: "2026-01-01T00:00:00Z",
  fieldsV1: { "f:data": { "f:a": {} } },
};
const object = (managedFields?: readonly object[]): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "x", ...(managedFields ? { managedFields } : {}) },
  }) as KubeObject;

describe("an entry is ours", () => {
  test.each([
    ["where our manager applied it", {}, true],
    ["not of another manager", { manager: "kubectl" }, false],
    ["not of one whose name begins like ours", { manager: "evenkeel-2" }, false],
    ["not where somebody updated under our name", { operation: "Update" }, false],
    ["not of a subresource", { subresource: "status" }, false],
    ["where a subresource is named and empty", { subresource: "" }, true],
  ])("%s", (_title, change, own) => {
    const [entry] = entriesOf(object([{ ...ours, ...change }]));
    expect(entry === undefined ? undefined : isOwnEntry(entry)).toBe(own);
    expect(ownEntry(object([{ ...ours, ...change }])) !== undefined).toBe(own);
  });
});

test.each([
  ["has none where the server keeps none", object(), []],
  ["has none where all are taken away", object([]), []],
  [
    "is read as far as it is text",
    object([{ manager: 7 }]),
    [{ manager: "", operation: "", apiVersion: "", time: "", subresource: "", fieldsV1: {} }],
  ],
])("an object %s", (_title, of, entries) => expect(entriesOf(of)).toEqual(entries));

test.each([
  ["at another time", { time: "2027-01-01T00:00:00Z" }, true],
  ["of another version of the API", { apiVersion: "v2" }, false],
  ["of other fields", { fieldsV1: { "f:data": {} } }, false],
])("what we own is told apart %s", (_title, change, same) => {
  const text = (more: object): string => ownershipText(entriesOf(object([{ ...ours, ...more }]))[0]!);
  expect(text(change) === text({})).toBe(same);
  expect(text({ fieldsV1: { "f:b": {}, "f:a": {} } })).toBe(text({ fieldsV1: { "f:a": {}, "f:b": {} } }));
});
