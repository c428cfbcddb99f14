import type { KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { managersOf } from "./differing-managers.ts";

const APPLIED = "2026-01-01T00:00:00Z";
const LATER = "2026-01-02T00:00:00Z";
const EARLIER = "2025-12-31T00:00:00Z";
const entry = (manager: string, fieldsV1: object, time = LATER, operation = "Update") => ({
  manager,
  operation,
  apiVersion: "v1",
  time,
  fieldsV1,
});
const data = (name: string) => ({ "f:data": { [`f:${name}`]: {} } });
const ours = entry("evenkeel", data("a"), APPLIED, "Apply");
const live = (...managedFields: readonly object[]): KubeObject =>
  ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", managedFields } }) as KubeObject;

test.each<readonly [string, KubeObject, readonly string[], readonly string[]]>([
  ["whoever owns it", live(ours, entry("hpa", data("a"))), [".data.a"], ["hpa"]],
  ["whoever owns it, however long ago", live(ours, entry("hpa", data("a"), EARLIER)), [".data.a"], ["hpa"]],
  ["all who own it", live(ours, entry("hpa", data("a")), entry("kubectl", data("a"))), [".data.a"], ["hpa", "kubectl"]],
  [
    "nobody who owns another field",
    live(ours, entry("hpa", data("a")), entry("kubectl", data("b"))),
    [".data.a"],
    ["hpa"],
  ],
  [
    "nobody who owns a field whose name only begins so",
    live(ours, entry("hpa", data("a")), entry("kubectl", data("ab"))),
    [".data.a"],
    ["hpa"],
  ],
  ["whoever owns what holds it", live(ours, entry("hpa", { "f:data": {} })), [".data.a"], ["hpa"]],
  ["whoever owns what is in it", live(ours, entry("hpa", data("a"))), [".data"], ["hpa"]],
  [
    "whoever wrote since our apply, where nobody owns it: it was taken away",
    live(ours, entry("kubectl", data("b"))),
    [".data.a"],
    ["kubectl"],
  ],
  [
    "whoever else wrote in the second of our apply",
    live(ours, entry("kubectl", data("b"), APPLIED)),
    [".data.a"],
    ["kubectl"],
  ],
  [
    "ourselves, where only our own entry is newer than what is known of it",
    live(entry("evenkeel", data("a"), LATER, "Apply")),
    [".data.a"],
    ["evenkeel"],
  ],
  [
    "nobody known, where all wrote before our apply",
    live(ours, entry("kubectl", data("b"), EARLIER)),
    [".data.a"],
    ["unknown"],
  ],
  ["nobody known, where the server keeps no managers", live(), [".data.a"], ["unknown"]],
  [
    "whoever wrote since, where an entry cannot be read",
    live(ours, entry("odd", { "x:data": {} })),
    [".data.a"],
    ["odd"],
  ],
])("a field differs by %s", (_title, object, paths, names) => {
  expect(managersOf(object, paths, APPLIED).map(({ manager }) => manager)).toEqual(names);
});
