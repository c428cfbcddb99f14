// For tests only.
import { adding, setting } from "./change.fixture.ts";
import { widget } from "./manifests.fixture.ts";
import type { DriftCase } from "./run-case.fixture.ts";

/** D30, D33 and D47 to D49 on a custom resource. */
export const customCases: readonly DriftCase[] = [
  {
    id: "D30d",
    title: "custom resource with policy: {} and flag: false",
    manifest: widget("d30d", { policy: {}, flag: false }),
    edit: (e) => e.merge({ spec: { policy: { prune: true } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D47a",
    title: "custom resource: keyed item added",
    manifest: widget("d47a", { keyed: [{ name: "a", value: "1" }] }),
    edit: (e) => e.put(adding(["spec", "keyed"], { name: "b", value: "2" })),
    expected: "IN_SYNC",
  },
  {
    id: "D47b",
    title: "custom resource: keyed item changed",
    manifest: widget("d47b", { keyed: [{ name: "a", value: "1" }] }),
    edit: (e) => e.put(setting(["spec", "keyed", 0, "value"], "2")),
    expected: "DRIFT",
    paths: ["spec.keyed[name=a].value"],
  },
  {
    id: "D47c",
    title: "custom resource: set item added",
    manifest: widget("d47c", { set: ["a"] }),
    edit: (e) => e.put(adding(["spec", "set"], "b")),
    expected: "IN_SYNC",
  },
  {
    id: "D47d",
    title: "custom resource: set item removed",
    manifest: widget("d47d", { set: ["a", "b"] }),
    edit: (e) => e.put(setting(["spec", "set"], ["b"])),
    expected: "DRIFT",
    paths: ["spec.set[=a]"],
  },
  {
    id: "D48a",
    title: "custom resource: untyped list touched",
    manifest: widget("d48a", { untyped: ["a"] }),
    edit: (e) => e.put(adding(["spec", "untyped"], "b")),
    expected: "DRIFT",
    paths: ["spec.untyped"],
  },
  {
    id: "D48b",
    title: "custom resource: atomic map touched",
    manifest: widget("d48b", { atomic: { a: "1" } }),
    edit: (e) => e.merge({ spec: { atomic: { b: "2" } } }),
    expected: "DRIFT",
    paths: ["spec.atomic"],
  },
  {
    id: "D49a",
    title: "schemaless part: nested change",
    manifest: widget("d49a", { free: { deep: { value: 1 } } }),
    edit: (e) => e.merge({ spec: { free: { deep: { value: 2 } } } }),
    expected: "DRIFT",
    paths: ["spec.free.deep.value"],
  },
  {
    id: "D49b",
    title: "schemaless part: list changed",
    manifest: widget("d49b", { free: { list: [1] } }),
    edit: (e) => e.merge({ spec: { free: { list: [1, 2] } } }),
    expected: "DRIFT",
  },
  {
    id: "D49c",
    title: "schemaless part: sibling added",
    manifest: widget("d49c", { free: { mine: 1 } }),
    edit: (e) => e.merge({ spec: { free: { theirs: 2 } } }),
    expected: "IN_SYNC",
  },
  {
    id: "D33b",
    title: "custom resource: status written",
    manifest: widget("d33b", { flag: true }),
    edit: (e) => e.merge({ status: { ready: true } }, { subresource: "status" }),
    expected: "IN_SYNC",
    candidate: false,
  },
  {
    id: "D06b",
    title: "custom resource: schema default overridden",
    manifest: widget("d06b", { flag: true }),
    edit: (e) => e.merge({ spec: { defaulted: "theirs" } }),
    expected: "IN_SYNC",
  },
];
