import { type FieldRow, row } from "./kind-table.ts";

const owner = { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "11111111-2222-3333-4444-555555555555" };

/** What all objects have. */
export const metadataFields: readonly FieldRow[] = [
  row("/metadata/labels/tier", ["a", "b", "c", ""], ["-bad-", "two words", "x".repeat(64), 5, true]),
  row("/metadata/labels/example.com~1team", ["blue", "red"], ["_", ["a"]]),
  row("/metadata/labels/bad~1key~1twice", [], ["a"]),
  row("/metadata/annotations/note", ["1", "two words", "", "ünïcode ✓"], [7, false, {}]),
  row("/metadata/annotations/example.com~1owner", ["me", "you"]),
  row("/metadata/annotations/Bad Key!", [], ["a"]),
  row("/metadata/labels", [{ tier: "z" }, {}, { tier: "y", "example.com/team": "green" }], ["x", []]),
  row("/metadata/annotations", [{ note: "all" }, {}], [[], 3]),
  row(
    "/metadata/finalizers",
    [["example.com/hold"], ["example.com/hold", "example.com/second"], []],
    [["nodomain"], ["bad finalizer/x"], "x"],
  ),
  row(
    "/metadata/ownerReferences",
    [[owner], [owner, { ...owner, name: "other", uid: "22222222-2222-3333-4444-555555555555", controller: true }], []],
    [
      [{ ...owner, uid: "" }],
      [{ ...owner, apiVersion: "" }],
      [
        { ...owner, controller: true },
        { ...owner, uid: "3", controller: true },
      ],
    ],
  ),
];

/** What the server owns or does not let change; written only now and then. */
export const serverFields: readonly FieldRow[] = [
  row("/metadata/uid", [], ["99999999-2222-3333-4444-555555555555", "", "x"]),
  row("/metadata/generation", [7, 0], ["x"]),
  row("/metadata/creationTimestamp", [null, "2020-01-01T00:00:00Z"], ["yesterday"]),
  row("/metadata/deletionTimestamp", [null, "2020-01-01T00:00:00Z"]),
  row("/metadata/deletionGracePeriodSeconds", [5]),
  row("/metadata/selfLink", ["/x"]),
  row("/metadata/generateName", ["made-"]),
  row("/metadata/namespace", [], ["elsewhere", "", 5]),
  row("/metadata/name", [], ["Other", "other", ""]),
  row("/metadata/managedFields", [[{}], []], [[{ manager: "x" }], [{ manager: "x", operation: "Wrong" }], {}]),
  row("/futureField", [], [1, "x"]),
  row("/metadata/futureField", [], [1, { a: 1 }]),
  row("/spec/futureField", [], [1, { a: { b: 2 } }]),
  row("/status/futureField", [], ["x"]),
];
