import { describe, expect, test } from "vitest";

import type { ValueMap } from "../json.ts";
import { applyIntent, trackUpdate } from "./field-manager.ts";
import { applied, body, merged, owners, sampleSchema, updated, writer } from "./schema.fixture.ts";

const [ann, ben] = [writer("ann"), writer("ben", 2)];
const labels = (map: ValueMap): ValueMap => ({ labels: map });

describe("a write that is no apply", () => {
  test("owns what it creates, but no identity", () => {
    expect(owners(updated(undefined, ann, { replicas: 1 }, { labels: { a: "x" } }))).toEqual([
      ["ann Update 01", { "f:metadata": { "f:labels": { ".": {}, "f:a": {} } }, "f:replicas": {} }],
    ]);
  });

  test("takes what it changes and removes, and keeps the rest with its owner", () => {
    const live = updated(undefined, ann, { replicas: 1, paused: true, labels: { a: "x", b: "y" } });
    expect(owners(updated(live, ben, { replicas: 2, labels: { a: "x" } }))).toEqual([
      ["ann Update 01", { "f:labels": { ".": {}, "f:a": {} }, "f:paused": {} }],
      ["ben Update 02", { "f:replicas": {} }],
    ]);
  });

  test("that changes nothing keeps all times", () => {
    const live = updated(undefined, ann, { replicas: 1 });
    expect(owners(updated(live, writer("ann", 9), {}))).toEqual(owners(live));
  });

  test("is recorded by door: a subresource is another entry", () => {
    const live = updated(undefined, ann, { replicas: 1 });
    const after = updated(live, writer("ann", 3, { subresource: "status" }), { paused: true });
    expect(owners(after).map(([who]) => who)).toEqual(["ann Update 01", "ann Update 03 status"]);
  });

  test("never owns what its endpoint resets", () => {
    const schema = { ...sampleSchema, resetFields: [["nested"]] };
    const after = trackUpdate(undefined, body({ nested: { a: "x" }, paused: true }), ann, schema);
    expect(owners(after)).toEqual([["ann Update 01", { "f:paused": {} }]]);
  });

  test.each([
    ["an empty list", []],
    ["one empty entry", [{}]],
  ])("resets managedFields by %s, and then is not tracked", (_title, managedFields) => {
    const live = updated(undefined, ann, { replicas: 1 });
    const after = updated(live, ben, { replicas: 2 }, { managedFields });
    expect(after.metadata["managedFields"]).toBeUndefined();
    expect(owners(updated(after, ben, { replicas: 3 }))).toEqual([]);
  });

  test("may rewrite managedFields; what cannot be read is taken from live", () => {
    const live = updated(undefined, ann, { replicas: 1 });
    const mine = [
      {
        manager: "me",
        operation: "Apply",
        apiVersion: "e.io/v1",
        fieldsType: "FieldsV1",
        fieldsV1: { "f:replicas": {} },
      },
    ];
    expect(owners(updated(live, ben, {}, { managedFields: mine }))).toEqual([["me Apply", { "f:replicas": {} }]]);
    expect(owners(updated(live, ben, {}, { managedFields: [{ manager: "me" }] }))).toEqual(owners(live));
    const status = writer("ben", 2, { subresource: "status" });
    expect(owners(updated(live, status, {}, { managedFields: mine }))).toEqual(owners(live));
  });

  test("folds the oldest of more than ten writers into ancient-changes", () => {
    let live = updated(undefined, writer("m0", 0), { labels: { k0: "" } });
    for (let i = 1; i < 12; i += 1)
      live = updated(live, writer(`m${i}`, i), { labels: { ...(live["labels"] as ValueMap), [`k${i}`]: "" } });
    expect(owners(live).map(([who]) => who)).toEqual([
      "ancient-changes Update 02",
      ...Array.from({ length: 9 }, (_, i) => `m${i + 3} Update ${String(i + 3).padStart(2, "0")}`),
    ]);
    expect(owners(live)[0]?.[1]).toEqual({ "f:labels": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {} } });
  });

  test("loses managedFields when the object does not fit its schema", () => {
    const live = updated(undefined, ann, { replicas: 1 });
    expect(updated(live, ben, { ports: ["x"] }).metadata["managedFields"]).toBeUndefined();
  });
});

describe("an apply", () => {
  test("owns what it says, with its time only if the object changed", () => {
    const live = merged(undefined, ann, labels({ a: "x" }));
    expect(owners(merged(live, writer("ann", 5), labels({ a: "x" })))).toEqual(owners(live));
    expect(owners(merged(live, ben, labels({ a: "x" })))).toEqual([
      ["ben Apply", { "f:labels": { "f:a": {} } }],
      ["ann Apply 01", { "f:labels": { "f:a": {} } }],
    ]);
  });

  test("removes what its owner no longer says and no one else owns", () => {
    const both = merged(merged(undefined, ann, labels({ a: "x", b: "y" })), ben, labels({ b: "y" }));
    const after = merged(both, writer("ann", 3), labels({}));
    expect(after["labels"]).toEqual({ b: "y" });
  });

  test("keeps what no one owns when its item stays, and drops it with its item", () => {
    const live = merged(undefined, ann, { ports: [{ port: 1 }, { port: 2 }] });
    const defaulted = {
      ...live,
      ports: [
        { port: 1, protocol: "TCP", name: "d" },
        { port: 2, protocol: "TCP", name: "d" },
      ],
    };
    expect(merged(defaulted, writer("ann", 3), { ports: [{ port: 2 }] })["ports"]).toEqual([
      { port: 2, protocol: "TCP", name: "d" },
    ]);
  });

  test("follows its fields through another version", () => {
    const live = merged(undefined, ann, { replicas: 1 });
    const inV2 = merged(live, writer("ann", 2, { apiVersion: "e.io/v2" }), { paused: true });
    expect([inV2["count"], inV2["replicas"], inV2["paused"]]).toEqual([undefined, undefined, true]);
    expect(applied(live, writer("ben", 2, { apiVersion: "e.io/v2" }), { count: 2 })).toMatchObject({
      kind: "conflict",
      conflicts: [{ field: ".replicas", message: 'conflict with "ann"' }],
    });
  });

  test("drops entries of versions that are no longer served", () => {
    const live = merged(undefined, ann, { replicas: 1 });
    (live.metadata["managedFields"] as ValueMap[])[0]!["apiVersion"] = "e.io/v0";
    expect(owners(merged(live, ben, { replicas: 2 })).map(([who]) => who)).toEqual(["ben Apply 02"]);
  });

  test("finds what was there before field management under before-first-apply", () => {
    const live = body({ replicas: 1 }, { uid: "u" });
    expect(applied(live, ann, { replicas: 2 })).toMatchObject({
      conflicts: [{ field: ".replicas", message: 'conflict with "before-first-apply" using e.io/v1' }],
    });
    expect(owners(merged(live, ann, { paused: true })).map(([who]) => who)).toEqual([
      "ann Apply 01",
      "before-first-apply Update 01",
    ]);
  });

  test("shares nothing with its arguments", () => {
    const live = merged(undefined, ann, { args: ["a"], nested: { a: "x" } });
    const after = merged(live, ben, { fixed: { a: "y" } });
    (after["args"] as string[]).push("b");
    (after["nested"] as ValueMap)["a"] = "z";
    expect(live).toMatchObject({ args: ["a"], nested: { a: "x" } });
  });
});

describe("an apply is refused", () => {
  const wrong = (intent: ReturnType<typeof body>, live?: ReturnType<typeof body>) => () =>
    applyIntent(live, intent, writer("ann", 1, { kind: "Sample" }), false, sampleSchema);
  test.each([
    ["another kind", { ...body(), kind: "Other" }, 400, "invalid object type: e.io/v1, Kind=Other"],
    ["another version", { ...body(), apiVersion: "v2" }, 400, "invalid object type: /v2, Kind=Sample"],
    ["managedFields in the body", body({}, { managedFields: [] }), 400, "metadata.managedFields must be nil"],
    [
      "an unknown field",
      body({ x: 1 }),
      500,
      "failed to create typed patch object (default/x; e.io/v1, Kind=Sample): .x: field not declared in schema",
    ],
  ])("for %s", (_title, intent, code, message) => {
    expect(wrong(intent)).toThrow(expect.objectContaining({ code, message }));
  });

  test.each([
    ["where live managedFields cannot be read", { managedFields: [{ operation: "Apply" }] }, {}],
    ["where what was there before field management does not fit", {}, { ports: ["x"] }],
  ])("%s", (_title, metadata, fields) => {
    expect(wrong(body(), body(fields, { uid: "u", ...metadata }))).toThrow(expect.objectContaining({ code: 500 }));
  });

  test("of a custom kind with an entry of an unknown version", () => {
    const { typeOf } = sampleSchema;
    const schema = {
      ...sampleSchema,
      typeOf: (apiVersion: string) => {
        const found = typeOf(apiVersion);
        if (found === undefined || typeof found.type === "string" || found.type.kind !== "struct") return found;
        const { isGoStruct: _, ...type } = found.type;
        return { ...found, type };
      },
    };
    const live = merged(undefined, ann, { replicas: 1 });
    (live.metadata["managedFields"] as ValueMap[])[0]!["apiVersion"] = "e.io/v0";
    expect(() => applied(live, ben, { paused: true }, { schema })).toThrow(expect.objectContaining({ code: 500 }));
  });
});
