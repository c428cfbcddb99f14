import type { Json, KubeObject } from "@evenkeel/resource";
import { expect, test } from "vitest";

import { wouldChange } from "./would-change.ts";

const object = (spec: Json, metadata: object = {}): KubeObject =>
  ({ apiVersion: "v1", kind: "Pod", metadata: { name: "x", uid: "u", ...metadata }, spec }) as unknown as KubeObject;
const marked = { annotations: { "evenkeel.dev/seq": "7" } };

test.each<readonly [string, KubeObject, KubeObject, readonly string[]]>([
  ["nowhere, where the server would make the same", object({ a: 1 }), object({ a: 1 }), []],
  ["nowhere by the order of keys", object({ a: 1, b: 2 }), object({ b: 2, a: 1 }), []],
  ["nowhere by null for nothing", object({ a: null }), object({}), []],
  [
    "nowhere by version, generation and owners",
    object({}, { resourceVersion: "1", generation: 1 }),
    object({}, { resourceVersion: "2", generation: 2, managedFields: [{}] }),
    [],
  ],
  ["nowhere by our marks", object({}), object({}, { ...marked, labels: { "evenkeel.dev/app": "u" } }), []],
  [
    "by an annotation beside our marks",
    object({}, marked),
    object({}, { annotations: { "evenkeel.dev/seq": "8", a: "1" } }),
    ["metadata.annotations"],
  ],
  [
    "by an annotation beside others",
    object({}, { annotations: { b: "1" } }),
    object({}, { annotations: { b: "1", a: "1" } }),
    ["metadata.annotations.a"],
  ],
  [
    "by an annotation that only begins like ours",
    object({}),
    object({}, { annotations: { "evenkeel.development/x": "1" } }),
    ["metadata.annotations"],
  ],
  ["by a field", object({ a: 1 }), object({ a: 2 }), ["spec.a"]],
  ["by a field that would go", object({ a: 1, b: 1 }), object({ b: 1 }), ["spec.a"]],
  ["by an item of a list", object({ l: [{ a: 1 }, { a: 1 }] }), object({ l: [{ a: 1 }, { a: 2 }] }), ["spec.l[1].a"]],
  ["by a list as a whole, where it has more or fewer", object({ l: [1] }), object({ l: [1, 2] }), ["spec.l"]],
  ["by the order of a list", object({ l: [1, 2] }), object({ l: [2, 1] }), ["spec.l[0]", "spec.l[1]"]],
  ["by another kind of value", object({ a: { b: 1 } }), object({ a: [1] }), ["spec.a"]],
  ["by what it is", object({}), { ...object({}), kind: "Job" }, ["kind"]],
])("an apply would change it: %s", (_title, live, applied, paths) => expect(wouldChange(live, applied)).toEqual(paths));
