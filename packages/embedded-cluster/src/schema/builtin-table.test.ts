import { expect, test } from "vitest";

import { builtinKinds, builtinTable, builtinVersion } from "./builtin-table.ts";
import type { StructNode, TypeRef } from "./type-node.ts";

const field = (type: string, name: string) => {
  const node = builtinTable.resolve(type) as StructNode;
  return { ...node.fields[name], type: builtinTable.resolve(node.fields[name]!.type) };
};

test("the table says from which server it is", () => {
  expect(builtinVersion).toMatch(/^v1\.\d+\.\d+$/);
});

test("every type that a kind reaches is in the table", () => {
  const seen = new Set<TypeRef>();
  const walk = (ref: TypeRef): void => {
    if (seen.has(ref)) return;
    seen.add(ref);
    const node = builtinTable.resolve(ref);
    if (node.kind === "list") walk(node.element);
    if (node.kind === "map") walk(node.values);
    if (node.kind === "struct") for (const each of Object.values(node.fields)) walk(each.type);
  };
  for (const kind of builtinKinds) walk(kind.type);
  expect(seen.size).toBeGreaterThan(300);
  expect(() => builtinTable.resolve("no.such.Type")).toThrow(RangeError);
});

test("a kind served at two versions has a row for each, with one storage version", () => {
  const rows = builtinKinds.filter((each) => each.kind === "HorizontalPodAutoscaler");
  expect(rows.map(({ version, storageVersion }) => [version, storageVersion])).toEqual([
    ["v2", "v2"],
    ["v1", "v2"],
  ]);
});

test.each([
  ["merges containers by name", "PodSpec", "containers", { relationship: "map", keys: ["name"] }],
  ["merges container ports by two keys", "Container", "ports", { keys: ["containerPort", "protocol"] }],
  ["replaces arguments as a whole", "Container", "args", { relationship: "atomic" }],
  ["takes a selector as a whole", "ServiceSpec", "selector", { relationship: "atomic" }],
  ["owns each node name of an affinity apart", "Affinity", "nodeAffinity", { relationship: "granular" }],
])("%s", (_, type, name, expected) => {
  expect(field(`io.k8s.api.core.v1.${type}`, name).type).toMatchObject(expected);
});

test("finalizers are a set, and strategic patches merge them", () => {
  const finalizers = field("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "finalizers");
  expect(finalizers).toMatchObject({ type: { relationship: "set" }, patchStrategy: ["merge"] });
});
