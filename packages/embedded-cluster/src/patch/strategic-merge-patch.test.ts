import { expect, test } from "vitest";

import type { Value, ValueMap } from "../json.ts";
import { builtinModel } from "../schema/builtin-model.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

const { type, table } = builtinModel({ group: "", version: "v1", kind: "Pod" });
const pod = (): ValueMap => ({
  metadata: { name: "web", labels: { a: "1" }, finalizers: ["x/a", "x/b"] },
  spec: {
    containers: [
      { name: "a", image: "1", args: ["x"] },
      { name: "b", image: "2" },
    ],
    volumes: [{ name: "v", emptyDir: {} }],
    restartPolicy: "Always",
  },
});
const patched = (patch: Value): ValueMap => applyStrategicMergePatch(pod(), patch, type, table);
const spec = (patch: ValueMap): Value => patched({ spec: patch })["spec"] ?? null;
const names = (list: Value | undefined): unknown => (list as ValueMap[]).map((item) => item["name"]);

test("merges items by their key, appends new ones after those that it names", () => {
  const merged = spec({ containers: [{ name: "b", image: "3" }, { name: "c" }] }) as ValueMap;
  expect(merged["containers"]).toEqual([
    { name: "a", image: "1", args: ["x"] },
    { name: "b", image: "3" },
    { name: "c" },
  ]);
});

test("null removes a member, a list without a merge key is replaced", () => {
  const merged = spec({ restartPolicy: null, containers: [{ name: "a", args: ["y"] }] }) as ValueMap;
  expect(merged["restartPolicy"]).toBeUndefined();
  expect((merged["containers"] as ValueMap[])[0]).toEqual({ name: "a", image: "1", args: ["y"] });
});

test("$patch deletes an item, or makes the patch the whole", () => {
  const deleted = spec({ containers: [{ name: "a", $patch: "delete" }] }) as ValueMap;
  expect(names(deleted["containers"])).toEqual(["b"]);
  const replaced = spec({ containers: [{ name: "z" }, { $patch: "replace" }] }) as ValueMap;
  expect(replaced["containers"]).toEqual([{ name: "z" }]);
  expect(spec({ $patch: "replace", nodeName: "n" })).toEqual({ nodeName: "n" });
  expect(spec({ $patch: "delete" })).toEqual({});
});

test("$setElementOrder orders, $deleteFromPrimitiveList takes out, $retainKeys clears the rest", () => {
  const ordered = spec({ "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] }) as ValueMap;
  expect(names(ordered["containers"])).toEqual(["b", "a"]);
  const { finalizers } = patched({ metadata: { "$deleteFromPrimitiveList/finalizers": ["x/a"] } })[
    "metadata"
  ] as ValueMap;
  expect(finalizers).toEqual(["x/b"]);
  const retained = spec({
    volumes: [{ name: "v", $retainKeys: ["name", "hostPath"], hostPath: { path: "/" } }],
  }) as ValueMap;
  expect(retained["volumes"]).toEqual([{ name: "v", hostPath: { path: "/" } }]);
});

test("scalars of a merged list are a set", () => {
  const { finalizers } = patched({ metadata: { finalizers: ["x/c", "x/a"] } })["metadata"] as ValueMap;
  expect(finalizers).toEqual(["x/c", "x/a", "x/b"]);
});

test.each<[string, Value, number]>([
  ["a patch that is no map", [], 400],
  ["an item without its key", { spec: { containers: [{ image: "x" }] } }, 500],
  ["an unknown directive", { spec: { $patch: "bad" } }, 500],
  ["an order that is no list", { spec: { "$setElementOrder/containers": 5 } }, 500],
  ["retained keys that leave out one that is set", { spec: { $retainKeys: [], nodeName: "n" } }, 400],
])("%s is refused", (_, patch, code) => {
  expect(() => patched(patch)).toThrow(expect.objectContaining({ code }));
});

test("an order keeps what it does not name where the server had it", () => {
  const ordered = spec({
    "$setElementOrder/containers": [{ name: "c" }, { name: "b" }],
    containers: [{ name: "c", image: "3" }],
  }) as ValueMap;
  expect(names(ordered["containers"])).toEqual(["c", "a", "b"]);
});
