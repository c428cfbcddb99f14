import type { Value, ValueMap } from "@evenkeel/embedded-cluster";
import { copyOf } from "@evenkeel/embedded-cluster";
import { partOf } from "./choose-edits.ts";
import { valueAt } from "./pointer.ts";
import type { Random } from "./random.ts";
import type { Edit } from "./step.ts";

const parentOf = (pointer: string): string => pointer.slice(0, pointer.lastIndexOf("/"));

const oddOperations: readonly Value[] = [
  { op: "frobnicate", path: "/metadata/labels" },
  { op: "replace", path: "/spec/not/there", value: 1 },
  { op: "remove", path: "/metadata/labels/none" },
  { op: "test", path: "/metadata/name", value: "wrong" },
  { op: "test", path: "/kind", value: "Wrong" },
  { op: "add", path: "metadata", value: 1 },
  { op: "add", path: "/metadata/labels" },
  { op: "copy", from: "/metadata/name", path: "/metadata/annotations" },
  { op: "copy", from: "/metadata/none", path: "/metadata/annotations" },
  { op: "move", from: "/metadata/labels", path: "/metadata/annotations" },
  "not an operation",
];

/** A JSON patch (RFC 6902) that makes the edits; missing parents are made first, mostly. */
export const jsonPatchOf = (random: Random, base: Value, edits: readonly Edit[]): Value => {
  if (random.percent(2)) return random.pick<Value>([{}, "x", { op: "add" }, []]);
  const operations: Value[] = [];
  if (random.percent(10)) operations.push({ op: "test", path: "/kind", value: valueAt(base, "/kind") ?? null });
  for (const { at, to } of edits) {
    const parent = parentOf(at);
    if (parent !== "" && valueAt(base, parent) === undefined && random.percent(85)) {
      operations.push({ op: "add", path: parent, value: {} });
    }
    if (to === undefined) operations.push({ op: "remove", path: at });
    else operations.push({ op: random.percent(80) ? "add" : "replace", path: at, value: copyOf(to) });
  }
  if (random.percent(6)) operations.push(random.pick(oddOperations));
  return operations;
};

const directives: readonly ((patch: ValueMap) => void)[] = [
  (patch) => {
    patch["metadata"] = { labels: { $patch: "replace", only: "this" } };
  },
  (patch) => {
    patch["metadata"] = { "$deleteFromPrimitiveList/finalizers": ["example.com/hold"] };
  },
  (patch) => {
    patch["metadata"] = { finalizers: ["example.com/hold"], "$setElementOrder/finalizers": ["example.com/hold"] };
  },
  (patch) => {
    patch["spec"] = { $patch: "delete" };
  },
  (patch) => {
    patch["spec"] = { template: { spec: { containers: [{ name: "web", $patch: "delete" }] } } };
  },
  (patch) => {
    patch["spec"] = {
      template: {
        spec: {
          containers: [{ name: "side", image: "side:3" }],
          "$setElementOrder/containers": [{ name: "side" }, { name: "web" }],
        },
      },
    };
  },
  (patch) => {
    patch["spec"] = {
      template: { spec: { containers: [{ $patch: "replace" }, { name: "web", image: "replaced:1" }] } },
    };
  },
  (patch) => {
    patch["spec"] = { strategy: { $retainKeys: ["type"], type: "Recreate" } };
  },
  (patch) => {
    patch["metadata"] = { ownerReferences: [{ $patch: "delete", uid: "11111111-2222-3333-4444-555555555555" }] };
  },
  (patch) => {
    patch["spec"] = {
      ports: [
        { port: 80, $patch: "delete" },
        { port: 8443, name: "tls" },
      ],
    };
  },
  (patch) => {
    patch["data"] = { $patch: "replace", fresh: "1" };
  },
  (patch) => {
    patch["metadata"] = { labels: { $patch: "confuse" } };
  },
];

/** A strategic merge patch that makes the edits, at times by its directives. */
export const strategicPatchOf = (random: Random, base: Value, edits: readonly Edit[]): Value => {
  if (random.percent(1)) return random.pick<Value>([[], "x"]);
  const patch = partOf({}, base, edits, null);
  if (random.percent(12)) random.pick(directives)(patch);
  return patch;
};
