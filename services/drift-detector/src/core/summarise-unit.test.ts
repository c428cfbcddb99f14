import { DesiredStateChanged, Inventory } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import type { Found } from "./object/found.ts";
import { summariseUnit } from "./summarise-unit.ts";
import type { ObjectView } from "./summarise-unit.ts";

const desired = DesiredStateChanged.fromPartial({ digest: "sha256:1", objectCount: 2 });
const desiresNothing = DesiredStateChanged.fromPartial({ digest: "sha256:1" });
const inventory = (over: Partial<Inventory> = {}) =>
  Inventory.fromPartial({ digest: "sha256:1", complete: true, ...over });
const ref = (name: string) => ({ group: "", kind: "ConfigMap", namespace: "shop", name });
const finding = (verdict: Found["verdict"], detail = ""): Found => ({
  ref: ref("a"),
  uid: "u",
  resourceVersion: "1",
  verdict,
  differences: [],
  managers: [],
  onset: new Date(0),
  detail,
  inventoryRevision: 1n,
  written: "",
});
const view = (name: string, over: Partial<ObjectView> = {}): ObjectView => ({
  ref: ref(name),
  isDesired: true,
  isSeen: true,
  finding: undefined,
  health: { status: "Healthy", reason: "", message: "" },
  blind: "",
  ...over,
});
const open = (verdict: Found["verdict"], detail = ""): Partial<ObjectView> => ({
  isSeen: false,
  finding: finding(verdict, detail),
});

describe("a unit", () => {
  test.each([
    [
      "whose objects were all seen equal is Synced",
      desired,
      inventory(),
      [view("a"), view("b")],
      "Synced",
      "Healthy",
      "",
    ],
    ["without objects is Synced", desiresNothing, inventory(), [], "Synced", "Healthy", ""],
    [
      "of which no desired is known is Unknown",
      undefined,
      inventory(),
      [view("a")],
      "Unknown",
      "Healthy",
      "no desired",
    ],
    ["that was never applied is OutOfSync", desired, undefined, [], "OutOfSync", "Unknown", "not applied yet"],
    [
      "at another digest is OutOfSync",
      desired,
      inventory({ digest: "sha256:0" }),
      [view("a")],
      "OutOfSync",
      "Healthy",
      "not applied in full",
    ],
    [
      "applied in part is OutOfSync",
      desired,
      inventory({ complete: false }),
      [view("a")],
      "OutOfSync",
      "Healthy",
      "not applied in full",
    ],
    [
      "with drift is OutOfSync and names the object",
      desired,
      inventory(),
      [view("a", open("DRIFT"))],
      "OutOfSync",
      "Healthy",
      "ConfigMap shop/a (DRIFT)",
    ],
    [
      "with a missing object is OutOfSync and Missing",
      desired,
      inventory(),
      [view("a", open("MISSING"))],
      "OutOfSync",
      "Missing",
      "(MISSING)",
    ],
    ["that lost ownership only is Synced", desired, inventory(), [view("a", open("OWN"))], "Synced", "Healthy", ""],
    [
      "with an object nobody can verify is Unknown with the reason",
      desired,
      inventory(),
      [view("a", open("UNVERIFIABLE", "refused"))],
      "Unknown",
      "Healthy",
      "refused",
    ],
    [
      "of a kind that cannot be watched is Unknown",
      desired,
      inventory(),
      [view("a", { blind: "forbidden" })],
      "Unknown",
      "Healthy",
      "forbidden",
    ],
    [
      "with an object not seen since the apply is Unknown",
      desired,
      inventory(),
      [view("a", { isSeen: false })],
      "Unknown",
      "Healthy",
      "1 objects not seen",
    ],
    [
      "with an object never seen is of Unknown health",
      desired,
      inventory(),
      [view("a", { isSeen: false, health: undefined })],
      "Unknown",
      "Unknown",
      "not seen",
    ],
    [
      "with an object that waits to be pruned is OutOfSync, its health does not count",
      desired,
      inventory(),
      [view("a"), view("b", { isDesired: false, health: undefined })],
      "OutOfSync",
      "Healthy",
      "wait to be pruned",
    ],
  ] as const)("%s", (_title, fact, stored, objects, sync, health, message) => {
    const summary = summariseUnit(fact, stored, objects);
    expect(summary).toMatchObject({ sync, health });
    expect(summary.message).toContain(message);
  });

  test("names the worst of its objects first: that is why it is as unhealthy as it is", () => {
    const of = (status: "Degraded" | "Progressing") => ({ health: { status, reason: "", message: status } }) as const;
    const { unhealthy, health } = summariseUnit(desired, inventory(), [
      view("a", of("Progressing")),
      view("b", of("Degraded")),
    ]);
    expect([health, ...unhealthy.map(({ ref: { name } }) => name)]).toEqual(["Degraded", "b", "a"]);
  });

  test("lists at most 20 objects that are not healthy, in order", () => {
    const sick = { status: "Degraded", reason: "CrashLoopBackOff", message: "exit 1" } as const;
    const objects = Array.from({ length: 30 }, (_unused, n) => view(`n${99 - n}`, { health: sick }));
    const { unhealthy, objectCount } = summariseUnit(desired, inventory(), objects);
    expect(unhealthy).toHaveLength(20);
    expect(unhealthy[0]).toEqual({ ref: ref("n70"), health: "Degraded", message: "CrashLoopBackOff: exit 1" });
    expect(objectCount).toBe(30);
  });
});
