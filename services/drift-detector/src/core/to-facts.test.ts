import { DesiredStateChanged, Finding, Inventory } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import type { Found } from "./object/found.ts";
import type { Summary } from "./summarise-unit.ts";
import { driftDetected, driftResolved, findingOf, healthChanged } from "./to-facts.ts";
import type { UnitFacts } from "./to-facts.ts";

const unit = { cluster: "prod", app: "web", appUid: "" };
const version = (fleet: bigint) => ({ fleet, selection: 1n, sources: [], tools: 1n });
const unknown: UnitFacts = { unit, desired: undefined, inventory: undefined, epoch: 1n };
const known: UnitFacts = {
  ...unknown,
  desired: DesiredStateChanged.fromPartial({ version: version(2n), digest: "d2", revision: "r2", traceId: "t2" }),
  inventory: Inventory.fromPartial({ version: version(1n), digest: "d1", revision: "r1", traceId: "t1" }),
};
const at = (second: number): Date => new Date(second * 1000);
const found = (name: string, change: Partial<Found> = {}): Found => ({
  ref: { group: "", kind: "ConfigMap", namespace: "shop", name },
  uid: `uid-${name}`,
  resourceVersion: "7",
  verdict: "DRIFT",
  differences: [{ path: "data.a", desired: "1", live: "2" }],
  managers: [],
  onset: at(1),
  detail: "",
  inventoryRevision: 3n,
  written: "5",
  ...change,
});
const many = (count: number) => Array.from({ length: count }, (_none, n) => found(`m${n}`));

describe("one finding as it is told", () => {
  const long = Array.from({ length: 60 }, (_none, n) => ({ path: `data.f${n}`, desired: "x".repeat(300), live: "y" }));
  test.each([
    ["names the field, and both values", found("a"), ["data.a"]],
    ["names no field where the object is gone", found("a", { differences: [] }), []],
    [
      "names 20 fields at most",
      found("a", { differences: many(60).map(({ uid }) => ({ path: uid, desired: "", live: "" })) }),
      many(20).map(({ uid }) => uid),
    ],
    [
      "names as many as fit among 20 findings of a fact",
      found("a", { differences: long }),
      long.slice(0, 6).map(({ path }) => path),
    ],
  ])("%s", (_title, of, paths) => expect(findingOf(of).fields.map(({ path }) => path)).toEqual(paths));

  test.each([
    ["when the server told", "2026-11-30T00:00:00Z", new Date("2026-11-30T00:00:00Z")],
    ["never, where the server told no time", "", undefined],
    ["never, where the time is none", "soon", undefined],
  ])("says of a manager that it wrote %s", (_title, time, told) => {
    const managers = [{ manager: "hpa", operation: "Update", time }];
    expect(findingOf(found("a", { managers })).managers).toEqual([{ name: "hpa", operation: "Update", time: told }]);
  });
});

describe("the open drift of a unit", () => {
  const still = (count: number) => Array.from({ length: count }, (_none, n) => Finding.fromPartial({ uid: `old${n}` }));
  test.each([
    ["of nothing", 0, 0, [], 0],
    ["of what was judged", 2, 0, ["uid-m0", "uid-m1"], 2],
    ["of what was told before a restart, and is not judged yet", 1, 1, ["uid-m0", "old0"], 2],
    [
      "of 20 in detail, and all by number",
      15,
      15,
      [...many(15).map(({ uid }) => uid), "old0", "old1", "old2", "old3", "old4"],
      30,
    ],
    ["of what was judged first", 25, 5, many(20).map(({ uid }) => uid), 30],
  ])("tells %s", (_title, findings, before, uids, count) => {
    const fact = driftDetected(known, many(findings), still(before), "report", at(9));
    expect(fact.findings.map(({ uid }) => uid)).toEqual(uids);
    expect(fact.findingCount).toBe(count);
  });

  test("is found against what was applied, not against what is desired by now", () => {
    expect(driftDetected(known, [], [], "report", at(9))).toMatchObject({
      version: version(1n),
      digest: "d1",
      applyTraceId: "t1",
    });
    expect(driftDetected(unknown, [], [], "report", at(9))).toMatchObject({ version: undefined, digest: "" });
  });

  test("under a policy that came back is told again, not taken for a repeat", () => {
    const told = [
      driftDetected(unknown, [], [], "correct", at(1)),
      driftDetected(unknown, [], [], "report", at(2)),
      driftDetected(unknown, [], [], "correct", at(3)),
    ];
    expect(new Set(told.map(({ cause }) => cause)).size).toBe(3);
    expect(driftDetected(unknown, [], [], "correct", at(1)).cause).toBe(told[0]?.cause);
  });

  const cause = (findings: readonly Found[], facts = known): string =>
    driftDetected(facts, findings, [], "report", at(9)).cause;
  test.each<readonly [string, readonly Found[], boolean]>([
    ["the same in another order", [found("b"), found("a")], true],
    ["one less", [found("a")], false],
    ["another object of that name", [found("a", { uid: "v" }), found("b")], false],
    ["a later state of it", [found("a", { resourceVersion: "8" }), found("b")], false],
    ["the same found again, against a later inventory", [found("a", { inventoryRevision: 4n }), found("b")], false],
    ["the same that began anew", [found("a", { onset: at(2) }), found("b")], false],
  ])("is a repeat only of the very same: %s", (_title, findings, isRepeat) => {
    expect(cause(findings) === cause([found("a"), found("b")])).toBe(isRepeat);
  });

  test("that a later owner of the cluster tells is no repeat", () => {
    expect(cause([found("a")], { ...known, epoch: 2n })).not.toBe(cause([found("a")]));
  });
});

describe("drift that is over", () => {
  const ended = (count: number) => many(count).map(findingOf);
  test("names 20 findings, who ended them, and how many are open still", () => {
    const fact = driftResolved(known, ended(25), "corrected", 3, at(9));
    expect(fact).toMatchObject({ by: "corrected", endedAt: at(9), stillOpen: 3, epoch: 1n });
    expect(fact.findings).toEqual(ended(20));
  });

  const cause = (findings: readonly Finding[], second = 9): string =>
    driftResolved(known, findings, "reverted", 0, at(second)).cause;
  test("is told once, in whichever order, and again where it ends a second time", () => {
    expect(cause(ended(3).toReversed())).toBe(cause(ended(3)));
    expect(cause(ended(3), 10)).not.toBe(cause(ended(3)));
    expect(cause(ended(2))).not.toBe(cause(ended(3)));
    expect(cause([Finding.fromPartial({})])).not.toBe(cause([]));
  });
});

describe("the health of a unit", () => {
  const summary = (change: Partial<Summary> = {}): Summary => ({
    sync: "Synced",
    health: "Healthy",
    message: "",
    isTransitional: false,
    unhealthy: [],
    objectCount: 2,
    ...change,
  });
  test.each([
    ["is that of what is desired", known, { version: version(2n), digest: "d2", revision: "r2", traceId: "t2" }],
    [
      "is that of what was applied while no desired is known",
      { ...known, desired: undefined },
      { version: version(1n), digest: "d1", revision: "r1", traceId: "" },
    ],
    [
      "is that of nothing while neither is known",
      unknown,
      { version: undefined, digest: "", revision: "", traceId: "" },
    ],
  ])("%s", (_title, facts, told) => expect(healthChanged(facts, summary(), [], at(9))).toMatchObject(told));

  test.each([
    ["Synced", at(9)],
    ["OutOfSync", undefined],
    ["Unknown", undefined],
  ] as const)("is proved by a look only where it is Synced: %s", (sync, verifiedAt) => {
    expect(healthChanged(known, summary({ sync }), [], at(9)).verifiedAt).toEqual(verifiedAt);
  });

  test("is told anew where anything of it changed, or what has ended", () => {
    const causes = [
      healthChanged(known, summary(), [], at(9)),
      healthChanged(known, summary({ message: "x" }), [], at(9)),
      healthChanged(known, summary(), ["u"], at(9)),
      healthChanged(known, summary(), [], at(10)),
      healthChanged({ ...known, epoch: 2n }, summary(), [], at(9)),
    ].map(({ cause }) => cause);
    expect(new Set(causes).size).toBe(5);
    expect(healthChanged(known, summary(), [], at(9)).cause).toBe(causes[0]);
  });
});
