import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { fingerprintFor, hashKeyOf, isKeyedBy, linesOf, metaText } from "./fingerprint.ts";

const object = (kind: string, uid = "u", metadata: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x", uid, ...metadata },
});
const [key, other] = [hashKeyOf("secret", "prod"), hashKeyOf("secret", "test")];
const of = (kind: string, uid?: string, hashKey = key) => fingerprintFor(object(kind, uid), hashKey);

describe("the fingerprint of a Secret", () => {
  const mine = of("Secret")("a");
  test.each([
    ["is the same for the same text", of("Secret")("a"), true],
    ["is another for another text", of("Secret")("b"), false],
    [
      "is another for another Secret with equal data: or whoever may make one could try values",
      of("Secret", "v")("a"),
      false,
    ],
    ["is another under another key", of("Secret", "u", other)("a"), false],
    ["is not that of its text alone", of("ConfigMap")("a"), false],
  ])("%s", (_title, fingerprint, same) => expect(fingerprint === mine).toBe(same));

  test.each([
    ["under its key", mine, key, true],
    ["not under another", mine, other, false],
    ["not where it was made without one", of("ConfigMap")("a"), key, false],
    ["not where there is none", "", key, false],
  ])("can be compared %s", (_title, fingerprint, hashKey, isKeyed) =>
    expect(isKeyedBy(fingerprint, hashKey)).toBe(isKeyed),
  );
});

test("the fingerprint of anything else is of its text alone, in whichever cluster", () => {
  expect(of("ConfigMap")("a")).toBe(of("ConfigMap", "v", other)("a"));
  expect(of("ConfigMap")("a")).toMatch(/^[0-9a-f]{32}$/);
  const foreign = { ...object("Secret"), apiVersion: "example.com/v1" };
  expect(fingerprintFor(foreign, key)("a")).toBe(of("ConfigMap")("a"));
});

test("an installation and a secret have a key of their own", () => {
  expect(new Set([key, other, hashKeyOf("other", "prod")]).size).toBe(3);
  expect(hashKeyOf("secret", "prod")).toBe(key);
});

test.each([
  ["labels", { labels: { a: "1" } }],
  ["annotations", { annotations: { a: "1" } }],
  ["finalizers", { finalizers: ["a"] }],
  ["owners", { ownerReferences: [{ uid: "o" }] }],
])("a write that changes %s alone is told apart, and its absence is no change", (_what, metadata) => {
  expect(metaText(object("ConfigMap", "u", metadata))).not.toBe(metaText(object("ConfigMap")));
  const [name = ""] = Object.keys(metadata);
  const empty = { [name]: name === "labels" || name === "annotations" ? {} : [] };
  expect(metaText(object("ConfigMap", "u", empty))).toBe(metaText(object("ConfigMap")));
});

test("two maps of paths have one text only where they are one map", () => {
  const text = (...entries: [string, string][]): string => linesOf(new Map(entries));
  expect(
    new Set([text(), text(["a", "1"]), text(["a", "2"]), text(["a1", ""]), text(["a", "1"], ["b", "2"])]).size,
  ).toBe(5);
});
