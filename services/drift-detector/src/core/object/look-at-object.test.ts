import { recordOf } from "@evenkeel/drift";
import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { lookAtObject } from "./look-at-object.ts";

const context = { hashKey: "k", masks: new Map(), versionsOrdered: true };
const entry = {
  manager: "evenkeel",
  operation: "Apply",
  apiVersion: "v1",
  time: "2026-01-01T00:00:00Z",
  fieldsV1: { "f:data": { "f:a": {} } },
};
const object = (
  version: string,
  data: Record<string, string>,
  metadata: Partial<KubeObject["metadata"]> = {},
): KubeObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", uid: "u", resourceVersion: version, managedFields: [entry], ...metadata },
  data,
});
const stamped = (seq: string, epoch = "1") => ({
  annotations: { "evenkeel.dev/seq": seq, "evenkeel.dev/epoch": epoch },
});
const body = object("", { a: "1" }, stamped("7"));
const record = recordOf(object("10", { a: "1" }, stamped("7")), body, { desired: "d", hashKey: "k" });

describe("one event", () => {
  test.each([
    ["is parked while a run over its unit is open", object("11", { a: "2" }), true, { kind: "park" }],
    ["is confirmed though it bears a later seq", object("11", { a: "2" }, stamped("8")), false, { kind: "confirm" }],
    [
      "is confirmed though it bears a later epoch",
      object("11", { a: "2" }, stamped("7", "2")),
      false,
      { kind: "confirm" },
    ],
    [
      "is confirmed though our entry says that we wrote it just now",
      object("11", { a: "2" }, { ...stamped("8"), managedFields: [{ ...entry, time: "2999-01-01T00:00:00Z" }] }),
      false,
      { kind: "confirm" },
    ],
    ["of our own apply proves that it was seen", object("10", { a: "1" }), false, { kind: "in-sync" }],
    ["of an older state waits for the newer", object("9", { a: "0" }), false, { kind: "older" }],
    ["that changes nothing of ours is in sync", object("11", { a: "1", b: "2" }), false, { kind: "in-sync" }],
    ["that changes a value of ours is confirmed", object("11", { a: "2" }, stamped("7")), false, { kind: "confirm" }],
    [
      "of another object by that name is confirmed, whatever its stamps",
      object("11", { a: "1" }, { ...stamped("99"), uid: "v" }),
      false,
      { kind: "confirm", test: "recreated" },
    ],
    [
      "of a deletion in progress names its finalizers",
      object("11", { a: "1" }, { deletionTimestamp: "t", finalizers: ["f"] }),
      false,
      { kind: "terminating", finalizers: ["f"] },
    ],
  ])("%s", (_title, live, isRunOpen, expected) => {
    expect(lookAtObject(live, record, isRunOpen, context)).toMatchObject(expected);
  });

  test("of an object that is not recorded yet is parked", () => {
    expect(lookAtObject(object("10", {}), undefined, false, context)).toEqual({ kind: "park" });
  });
});
