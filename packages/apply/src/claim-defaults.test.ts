import type { Json, JsonObject, KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { claimDefaults } from "./claim-defaults.ts";

const object = (spec: JsonObject, managedFields: readonly JsonObject[] = []): KubeObject =>
  ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a", managedFields: managedFields as Json },
    spec,
  }) as KubeObject;
const entry = (manager: string, fields: JsonObject, operation = "Apply"): JsonObject => ({
  manager,
  operation,
  fieldsV1: { "f:spec": fields },
});
const live = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } }, replicas: 1, template: { a: 1 } };
const recreate = { strategy: { type: "Recreate" }, replicas: 1, template: { a: 1 } };
const leftover = { "f:strategy": { "f:rollingUpdate": {} } };

describe("claiming what the server filled in", () => {
  test.each<[string, JsonObject, readonly JsonObject[], JsonObject | undefined]>([
    [
      "a member beside a choice that changes",
      recreate,
      [entry("evenkeel", { "f:replicas": {} })],
      { "f:replicas": {}, ...leftover },
    ],
    [
      "beside a member that we own",
      recreate,
      [entry("evenkeel", { "f:strategy": { "f:type": {} } })],
      { "f:strategy": { "f:type": {}, "f:rollingUpdate": {} } },
    ],
    [
      "nothing where the choice stays",
      { strategy: { type: "RollingUpdate" } },
      [entry("evenkeel", { "f:replicas": {} })],
      undefined,
    ],
    [
      "nothing that another manager owns",
      recreate,
      [
        entry("evenkeel", { "f:replicas": {} }),
        entry("other", { "f:strategy": { "f:rollingUpdate": { "f:maxSurge": {} } } }, "Update"),
      ],
      undefined,
    ],
    [
      "nothing inside what another owns whole",
      recreate,
      [entry("evenkeel", { "f:replicas": {} }), entry("other", { "f:strategy": {} })],
      undefined,
    ],
    ["nothing that we own already: an apply drops it", recreate, [entry("evenkeel", leftover)], undefined],
    ["nothing without an entry of ours", recreate, [entry("other", { "f:replicas": {} })], undefined],
    [
      "nothing without an Apply entry of ours",
      recreate,
      [entry("evenkeel", { "f:replicas": {} }, "Update")],
      undefined,
    ],
    [
      "no plain value: it may be an address that was allotted",
      { replicas: 2, template: { a: 1 }, strategy: live.strategy },
      [entry("evenkeel", { "f:replicas": {} })],
      undefined,
    ],
  ])("%s", (_title, desired, entries, wanted) => {
    const claimed = claimDefaults(object(desired), object(live, entries));
    expect(claimed?.[0]?.["fieldsV1"]).toEqual(wanted === undefined ? undefined : { "f:spec": wanted });
    if (claimed !== undefined) expect(claimed).toHaveLength(entries.length);
  });

  test("finds the items of keyed lists by their keys", () => {
    const keyed = (...items: readonly JsonObject[]): JsonObject => ({ volumes: items as Json });
    const key = 'k:{"name":"v"}';
    const own = entry("evenkeel", { "f:volumes": { [key]: { ".": {}, "f:name": {} } } });
    const before = keyed({ name: "other", emptyDir: {} }, { name: "v", emptyDir: {} });
    const desired = keyed({ name: "v", secret: { secretName: "s" } });
    expect(claimDefaults(object(desired), object(before, [own]))?.[0]?.["fieldsV1"]).toEqual({
      "f:spec": { "f:volumes": { [key]: { ".": {}, "f:name": {}, "f:emptyDir": {} } } },
    });
  });
});
