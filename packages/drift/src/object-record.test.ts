import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { decideDrift } from "./decide-drift.ts";
import { decideEvent } from "./decide-event.ts";
import { recordOf } from "./object-record.ts";
import { fromStoredRecord, toStoredRecord, withoutForeignHashes } from "./stored-record.ts";

const hashKey = "key";
const entry = (manager: string, operation: string, time: string, fieldsV1: object) => ({
  manager,
  operation,
  apiVersion: "v1",
  time,
  fieldsType: "FieldsV1",
  fieldsV1: fieldsV1 as never,
});
const ours = entry("evenkeel", "Apply", "2026-01-01T00:00:00Z", { "f:data": { "f:a": {} }, "f:immutable": {} });

const object = (
  kind: string,
  data: Record<string, string>,
  resourceVersion: string,
  managedFields: readonly object[] = [ours],
): KubeObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name: "x", namespace: "n", uid: "u", resourceVersion, managedFields: managedFields as never },
  data,
});
const body: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x", namespace: "n", annotations: { "evenkeel.dev/seq": "7", "evenkeel.dev/epoch": "9" } },
  data: { a: "1" },
};
const context = { hashKey, masks: new Map(), versionsOrdered: true };
const applied = object("ConfigMap", { a: "1" }, "10");
const record = recordOf(applied, body, { desired: "d", hashKey });

describe("an event against the record", () => {
  test.each([
    ["our own echo is stale", applied, { kind: "stale" }],
    ["an older state is stale", object("ConfigMap", { a: "0" }, "9"), { kind: "stale" }],
    ["a key of another is in sync", object("ConfigMap", { a: "1", b: "2" }, "11"), { kind: "in-sync" }],
    ["another value is a candidate", object("ConfigMap", { a: "2" }, "11"), { kind: "candidate", test: "values" }],
    [
      "lost ownership is a candidate",
      object("ConfigMap", { a: "1" }, "11", []),
      { kind: "candidate", test: "ownership" },
    ],
    [
      "another uid is a candidate",
      { ...applied, metadata: { ...applied.metadata, uid: "v", resourceVersion: "11" } },
      { kind: "candidate", test: "recreated" },
    ],
    [
      "a deletion in progress is terminating",
      { ...applied, metadata: { ...applied.metadata, deletionTimestamp: "t", finalizers: ["f"] } },
      { kind: "terminating", since: "t", finalizers: ["f"] },
    ],
    [
      "fields that cannot be read are a candidate",
      object("ConfigMap", { a: "1" }, "11", [{ ...ours, fieldsV1: { "x:": {} } }]),
      { kind: "candidate", test: "unmanaged" },
    ],
  ])("%s", (_title, live, expected) => {
    expect(decideEvent(record, live, context)).toMatchObject(expected);
  });

  test("a server that does not order versions has an older state judged", () => {
    const older = object("ConfigMap", { a: "0" }, "9");
    expect(decideEvent(record, older, { ...context, versionsOrdered: false })).toMatchObject({ test: "values" });
  });

  test("the record survives the inventory", () => {
    const withEmpty = { ...record, empty: [".spec.a", ".spec.b"] };
    expect(fromStoredRecord(toStoredRecord(withEmpty), withEmpty)).toEqual({
      ...withEmpty,
      stamp: { seq: "7", epoch: "9", src: "" },
    });
  });
});

describe("a dry-run against live", () => {
  const kubectl = entry("kubectl-edit", "Update", "2026-01-02T00:00:00Z", { "f:data": { "f:a": {} } });
  const weakened = { ...ours, fieldsV1: { "f:immutable": {} } };
  const dry = object("ConfigMap", { a: "1" }, "11");

  test("another value is DRIFT with path, both values and who wrote it", () => {
    const live = object("ConfigMap", { a: "2" }, "11", [weakened, kubectl]);
    expect(decideDrift({ record, body, dry, live, hashKey })).toEqual({
      verdict: "DRIFT",
      differences: [{ path: "data.a", desired: '"1"', live: '"2"' }],
      managers: [{ manager: "kubectl-edit", operation: "Update", time: "2026-01-02T00:00:00Z" }],
    });
  });
  test("a Secret's values are not shown", () => {
    const live = object("Secret", { a: "Mg==" }, "11", [weakened, kubectl]);
    const secret = object("Secret", { a: "MQ==" }, "11");
    const judged = decideDrift({ record, body, dry: secret, live, hashKey });
    expect(judged).toMatchObject({ differences: [{ desired: "(secret)", live: "(secret)" }] });
    expect(JSON.stringify(judged)).not.toContain("Mg==");
  });
  test("a removed value is shown as nothing", () => {
    const live = object("ConfigMap", {}, "11", [weakened]);
    expect(decideDrift({ record, body, dry, live, hashKey })).toMatchObject({
      differences: [{ path: "data.a", desired: '"1"', live: "" }],
    });
  });
  test("a long value is shown by length and digest", () => {
    const live = object("ConfigMap", { a: "x".repeat(300) }, "11", [weakened, kubectl]);
    const judged = decideDrift({ record, body, dry, live, hashKey });
    expect(judged).toMatchObject({
      differences: [{ live: expect.stringMatching(/^\(302 bytes, sha256 [0-9a-f]{16}\)$/) }],
    });
  });
  test("equal values under another owner are OWN", () => {
    const live = object("ConfigMap", { a: "1" }, "11", [weakened, kubectl]);
    expect(decideDrift({ record, body, dry, live, hashKey })).toMatchObject({ verdict: "OWN" });
  });
  test("no difference takes the record anew", () => {
    const live = object("ConfigMap", { a: "1" }, "11");
    const judged = decideDrift({ record, body, dry, live, hashKey });
    expect(judged).toMatchObject({ verdict: "IN_SYNC", record: { resourceVersion: "11" } });
  });
  test("a live state the dry-run did not merge on is read again", () => {
    const live = object("ConfigMap", { a: "2" }, "12");
    expect(decideDrift({ record, body, dry, live, hashKey })).toEqual({ verdict: "REQUEUE" });
  });
});

describe("hashes of a Secret", () => {
  const secretOf = (a: string, resourceVersion: string, managedFields: readonly object[] = [ours], uid = "u") => {
    const made = object("Secret", { a }, resourceVersion, managedFields);
    return { ...made, metadata: { ...made.metadata, uid } };
  };
  const sent = { ...body, kind: "Secret" };
  const ofNow = recordOf(secretOf("MQ==", "10"), sent, { desired: "d", hashKey });
  /** As the first version wrote it: keyed by the name of the installation alone. */
  const ofBefore = { ...ofNow, own: "a".repeat(32), values: "b".repeat(32), order: "c".repeat(32), meta: "" };
  const ofAnotherKey = recordOf(secretOf("MQ==", "10"), sent, { desired: "d", hashKey: "other" });
  const withoutHashes = fromStoredRecord(withoutForeignHashes(toStoredRecord(ofBefore), hashKey), {
    uid: "u",
    apiVersion: "v1",
  });
  const older = [
    ["of the first version", ofBefore],
    ["under another key", ofAnotherKey],
    ["taken out", withoutHashes],
  ] as const;

  test.each(older)("%s are compared with nothing: a dry-run decides", (_title, old) => {
    expect(decideEvent(old, secretOf("MQ==", "10"), context)).toEqual({ kind: "stale" });
    expect(decideEvent(old, secretOf("MQ==", "11"), context)).toEqual({ kind: "candidate", test: "rekeyed" });
  });
  test.each(older)("%s are no drift where live is as a dry-run says, and are made anew", (_title, old) => {
    const live = secretOf("MQ==", "11");
    const judged = decideDrift({ record: old, body: sent, dry: live, live, hashKey });
    expect(judged).toMatchObject({ verdict: "IN_SYNC", record: { own: ofNow.own, values: ofNow.values } });
    const record = judged.verdict === "IN_SYNC" ? judged.record : old;
    expect(decideEvent(record, secretOf("MQ==", "12"), context)).toMatchObject({ kind: "in-sync" });
  });
  test.each(older)("%s hide no drift", (_title, old) => {
    const live = secretOf("Mg==", "11");
    expect(decideDrift({ record: old, body: sent, dry: secretOf("MQ==", "11"), live, hashKey })).toMatchObject({
      verdict: "DRIFT",
    });
  });
  test("that another key made are taken out of what is stored; all others stay", () => {
    expect(withoutHashes).toMatchObject({ own: "", values: "", order: "", meta: "", resourceVersion: "10" });
    const stored = toStoredRecord(ofNow);
    expect(withoutForeignHashes(stored, hashKey)).toBe(stored);
  });
  test("are not those of another Secret with the same values, which somebody else may have made", () => {
    const other = recordOf(secretOf("MQ==", "10", [ours], "v"), sent, { desired: "d", hashKey });
    expect(other.values).not.toBe(ofNow.values);
  });
});

test("hashes of a Secret need the key to be told", () => {
  const secret = object("Secret", { a: "MQ==" }, "10");
  const one = recordOf(secret, body, { desired: "d", hashKey: "k1" });
  const two = recordOf(secret, body, { desired: "d", hashKey: "k2" });
  expect(one.values).not.toBe(two.values);
});
