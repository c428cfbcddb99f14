import { describe, expect, test } from "vitest";

import type { ValueMap } from "../json.ts";
import { keepTimestamps } from "./keep-timestamps.ts";
import { parentManagedFields, scaleManagedFields } from "./scale-fields.ts";
import { body } from "./schema.fixture.ts";

const entry = (manager: string, fieldsV1: ValueMap, rest: ValueMap = {}): ValueMap => ({
  manager,
  operation: "Apply",
  apiVersion: "apps/v1",
  time: "2026-01-01T01:00:00Z",
  fieldsType: "FieldsV1",
  fieldsV1,
  ...rest,
});

describe("times of a write that changed nothing else", () => {
  const old = body({ replicas: 1 }, { managedFields: [entry("ann", { "f:replicas": {} })] });
  test.each([
    [
      "are those of before",
      { replicas: 1 },
      [entry("ann", { "f:replicas": {} }, { time: "2026-01-01T02:00:00Z" })],
      "2026-01-01T01:00:00Z",
    ],
    [
      "stay where the object changed",
      { replicas: 2 },
      [entry("ann", { "f:replicas": {} }, { time: "2026-01-01T02:00:00Z" })],
      "2026-01-01T02:00:00Z",
    ],
    [
      "stay where the fields changed",
      { replicas: 1 },
      [entry("ann", {}, { time: "2026-01-01T02:00:00Z" })],
      "2026-01-01T02:00:00Z",
    ],
  ])("%s", (_title, fields, managedFields, time) => {
    const next = body(fields, { managedFields });
    keepTimestamps(old, next);
    expect((next.metadata["managedFields"] as ValueMap[])[0]).toHaveProperty("time", time);
  });
});

describe("a Scale's managers", () => {
  const versions = new Set(["apps/v1"]);
  const parent = [
    entry("ann", { "f:spec": { "f:replicas": {}, "f:paused": {} } }),
    entry("ben", { "f:spec": { "f:paused": {} } }),
  ];
  const scale = scaleManagedFields(parent, versions);

  test("are those that own replicas", () => {
    expect(scale).toEqual([entry("ann", { "f:spec": { "f:replicas": {} } }, { apiVersion: "autoscaling/v1" })]);
  });

  test("stay with the parent when the Scale keeps them", () => {
    expect(parentManagedFields(parent, scale, "apps/v1", versions)).toEqual(parent);
  });

  test("lose replicas to who scaled, whose entry has no time", () => {
    const hpa = entry(
      "hpa",
      { "f:spec": { "f:replicas": {} } },
      { operation: "Update", apiVersion: "autoscaling/v1", subresource: "scale" },
    );
    const { time: _, ...untimed } = { ...hpa, apiVersion: "apps/v1" } as ValueMap;
    expect(parentManagedFields(parent, [hpa], "apps/v1", versions)).toEqual([
      entry("ann", { "f:spec": { "f:paused": {} } }),
      parent[1],
      untimed,
    ]);
  });
});
