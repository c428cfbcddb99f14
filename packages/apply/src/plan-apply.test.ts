import type { KubeObject } from "@evenkeel/resource";
import { describe, expect, test } from "vitest";

import { planApply, refsToRead } from "./plan-apply.ts";
import { writesOf } from "./plan.ts";
import type { DesiredObject } from "./plan.ts";
import type { InventoryEntry, PlanInput } from "./plan-apply.ts";
import { digestOfPlan } from "./plan-digest.ts";

const ref = (name: string) => ({ group: "", kind: "ConfigMap", namespace: "shop", name });
const key = (name: string) => `ConfigMap/shop/${name}`;
const desired = (name: string, digest = "d1"): DesiredObject => ({
  ref: ref(name),
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shop" } },
  digest,
});
const known = (name: string, change: Partial<InventoryEntry> = {}): InventoryEntry => ({
  ref: ref(name),
  uid: `uid-${name}`,
  desired: "d1",
  absentSince: undefined,
  ...change,
});
const live = (name: string, appUid?: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      uid: `live-${name}`,
      labels: appUid === undefined ? {} : { "evenkeel.dev/app": appUid },
      annotations: appUid === undefined ? {} : { "evenkeel.dev/installation": "test" },
      managedFields: [{ manager: appUid === undefined ? "kubectl" : "evenkeel", operation: "Apply" }],
    },
  }) as unknown as KubeObject;
const now = new Date("2026-01-01T00:00:00Z");
const plan = (change: Partial<PlanInput>) =>
  planApply({
    unit: { cluster: "local", appUid: "app1" },
    desired: [],
    inventory: [],
    live: new Map(),
    claims: new Map(),
    released: new Set(),
    owner: { appUid: "app1", installation: "test" },
    policy: { adopt: "none" },
    now,
    ...change,
  });

describe("a plan", () => {
  test.each<[string, Partial<PlanInput>, { readonly verb: string; readonly uid: string; readonly force: boolean }]>([
    ["creates what is nowhere", { desired: [desired("a")] }, { verb: "create", uid: "", force: false }],
    [
      "does not send what is applied already",
      { desired: [desired("a")], inventory: [known("a")] },
      { verb: "unchanged", uid: "uid-a", force: false },
    ],
    [
      "updates what has another digest",
      { desired: [desired("a", "d2")], inventory: [known("a")] },
      { verb: "update", uid: "uid-a", force: false },
    ],
    [
      "updates what has no record",
      { desired: [desired("a")], inventory: [known("a", { desired: "" })] },
      { verb: "update", uid: "uid-a", force: false },
    ],
    [
      "creates again what is pending and was never made",
      { desired: [desired("a")], inventory: [known("a", { uid: "" })] },
      { verb: "create", uid: "", force: false },
    ],
    [
      "recovers what is pending and was made before a crash",
      { desired: [desired("a")], inventory: [known("a", { uid: "" })], live: new Map([[key("a"), live("a", "app1")]]) },
      { verb: "update", uid: "live-a", force: false },
    ],
    [
      "recovers what is ours though the inventory was lost",
      { desired: [desired("a")], live: new Map([[key("a"), live("a", "app1")]]) },
      { verb: "update", uid: "live-a", force: false },
    ],
    [
      "takes a foreign object over under takeover",
      { desired: [desired("a")], live: new Map([[key("a"), live("a")]]), policy: { adopt: "takeover" } },
      { verb: "update", uid: "live-a", force: true },
    ],
    [
      "takes over what another app has released",
      { desired: [desired("a")], live: new Map([[key("a"), live("a", "app2")]]), released: new Set([key("a")]) },
      { verb: "update", uid: "live-a", force: false },
    ],
  ])("%s", (_title, change, wanted) => {
    const made = plan(change);
    expect(made.refused).toEqual([]);
    expect(made.steps).toMatchObject([wanted]);
  });

  test.each<[string, Partial<PlanInput>]>([
    ["a foreign object", { live: new Map([[key("a"), live("a")]]) }],
    ["an object of another app", { live: new Map([[key("a"), live("a", "app2")]]) }],
    ["a ref that another app claims", { claims: new Map([[key("a"), "other"]]) }],
  ])("is refused over %s", (_title, change) => {
    const made = plan({ desired: [desired("a"), desired("b")], ...change });
    expect(made.refused).toMatchObject([{ ref: { name: "a" }, reason: { code: "OwnershipConflict" } }]);
  });

  test("says of a claim on what its application no longer has in Git what keeps it", () => {
    const kept = new Map([[key("a"), { because: "it is held (SeqBehind)", remedy: "see what holds other" }]]);
    const { refused } = plan({ desired: [desired("a")], claims: new Map([[key("a"), "other"]]), kept });
    expect(refused[0]?.reason.message).toMatch(
      / belongs to application other, which no longer has it in Git: it is held/,
    );
    expect(refused[0]?.reason.remedy).toBe("see what holds other");
  });

  test("names what left desired, and since when", () => {
    const since = new Date("2025-12-31T00:00:00Z");
    const made = plan({
      desired: [desired("a")],
      inventory: [known("a"), known("b"), known("c", { absentSince: since })],
    });
    expect(made.absent.map((entry) => [entry.ref.name, entry.absentSince])).toEqual([
      ["b", now],
      ["c", since],
    ]);
  });

  test("takes a ref as the same in another API version", () => {
    const made = plan({ desired: [desired("a")], inventory: [known("a")] });
    expect(made.absent).toEqual([]);
  });

  test("asks for live objects only of refs that are new or pending", () => {
    const inventory = [known("a"), known("b", { uid: "" })];
    expect(refsToRead([desired("a"), desired("b"), desired("c")], inventory).map(({ name }) => name)).toEqual([
      "b",
      "c",
    ]);
  });

  test("changes nothing it is given", () => {
    const inventory = Object.freeze([Object.freeze(known("b"))]);
    expect(() => plan({ desired: Object.freeze([desired("a")]), inventory })).not.toThrow();
  });
});

describe("the digest of a plan", () => {
  const unit = { cluster: "local", appUid: "app1" };
  const writes = writesOf(plan({ desired: [desired("a"), desired("b", "d2")], inventory: [known("b")] }).steps);

  test("does not depend on the order of the writes", () => {
    expect(digestOfPlan(unit, writes)).toBe(digestOfPlan(unit, writes.toReversed()));
  });

  test.each<[string, () => string]>([
    [
      "another verb",
      () =>
        digestOfPlan(
          unit,
          writes.map((write) => ({ ...write, verb: "update" as const })),
        ),
    ],
    [
      "another content",
      () =>
        digestOfPlan(
          unit,
          writes.map((write) => ({ ...write, content: "d9" })),
        ),
    ],
    ["another object", () => digestOfPlan(unit, writes.slice(1))],
    ["another cluster", () => digestOfPlan({ ...unit, cluster: "other" }, writes)],
    ["another app", () => digestOfPlan({ ...unit, appUid: "app2" }, writes)],
  ])("differs for %s", (_title, other) => {
    expect(other()).not.toBe(digestOfPlan(unit, writes));
  });
});
