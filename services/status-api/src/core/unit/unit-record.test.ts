import { ApplyResult, DriftResolved, Health, Inventory, Sync } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import {
  at,
  deployment,
  desired,
  digestOf,
  drift,
  health,
  inventory,
  resolved,
  run,
  sha,
  version,
} from "../../story/story.fixture.ts";
import {
  emptyUnit,
  foldApplyFinished,
  foldDesired,
  foldDriftDetected,
  foldDriftResolved,
  foldHealthChanged,
  foldInventory,
  liveOf,
  refKey,
} from "./unit-record.ts";
import type { UnitRecord } from "./unit-record.ts";

const none = emptyUnit("prod-eu", "web");
const applied = foldApplyFinished(none, run(1, "a"));

describe("what is live after a run", () => {
  const live = (letter: string, seq: number, since?: Date, startedAt?: Date) => ({
    revision: sha(letter),
    version: version(seq),
    digest: digestOf(letter),
    since,
    startedAt,
  });
  const first = live("a", 1, run(1, "a").endedAt, run(1, "a").startedAt);
  const rows: Readonly<Record<ApplyResult, object | undefined>> = {
    [ApplyResult.APPLIED]: live("b", 2, run(2, "b").endedAt, run(2, "b").startedAt),
    // It found other content live than was known, and nobody tells when that was written.
    [ApplyResult.UNCHANGED]: live("b", 2),
    [ApplyResult.CORRECTED]: live("b", 2),
    [ApplyResult.REMOVED]: undefined,
    [ApplyResult.UNSPECIFIED]: first,
    [ApplyResult.FAILED]: first,
    [ApplyResult.HELD]: first,
    [ApplyResult.SUPERSEDED]: first,
    [ApplyResult.SEQ_BEHIND]: first,
  };
  test.each(Object.entries(rows))("that is %s", (result, wanted) => {
    expect(foldApplyFinished(applied, run(2, "b", { result: result as ApplyResult })).live).toEqual(wanted);
  });

  test.each([ApplyResult.UNCHANGED, ApplyResult.CORRECTED])("that is %s is as old as its content", (result) => {
    expect(foldApplyFinished(applied, run(2, "a", { result })).live).toEqual({ ...first, version: version(2) });
  });

  test("that was overtaken is what it was: that run is no last one, until another ends", () => {
    const overtaken = foldApplyFinished(applied, run(2, "b", { result: ApplyResult.SUPERSEDED }));
    expect([overtaken.run, overtaken.overtaken?.digest]).toEqual([run(1, "a"), digestOf("b")]);
    expect(foldApplyFinished(overtaken, run(3, "c")).overtaken).toBeUndefined();
  });

  test("is what the inventory holds in full, where no run tells", () => {
    const listed = foldInventory(none, inventory(1, "a"));
    expect(liveOf(listed)).toMatchObject({ revision: sha("a"), since: undefined });
    expect(liveOf(foldApplyFinished(listed, run(2, "b")))?.revision).toBe(sha("b"));
    expect(liveOf(foldInventory(listed, Inventory.fromPartial({ digest: digestOf("b") })))?.revision).toBe(sha("a"));
    expect(foldInventory(listed, undefined)).toMatchObject({ objects: [], inventoried: undefined });
    expect(liveOf(none)).toBeUndefined();
  });
});

describe("when a unit was first healthy", () => {
  const told = (...facts: readonly ReturnType<typeof health>[]): UnitRecord =>
    facts.reduce((unit, fact) => foldHealthChanged(unit, fact), none);
  const ill = (seq: number, letter: string) => health(seq, letter, { health: Health.DEGRADED });
  test.each([
    ["is not known before it was", [ill(1, "a")], undefined],
    ["is told with the first that says so", [ill(1, "a"), health(2, "a")], at(4)],
    ["stays when it breaks and is mended", [health(1, "a"), ill(2, "a"), health(3, "a")], at(3)],
    ["begins anew with other content", [health(1, "a"), health(5, "b")], at(7)],
    ["is that of the content before, while the new one is not healthy yet", [health(1, "a"), ill(5, "b")], at(3)],
  ])("%s", (_title, facts, wanted) => expect(told(...facts).firstHealthy?.at).toEqual(wanted));

  test("is not told by one whose word does not count any more", () => {
    const ours = foldHealthChanged(none, health(1, "a", { epoch: 6n, sync: Sync.OUT_OF_SYNC }));
    expect(foldHealthChanged(ours, health(1, "a", { epoch: 5n }))).toBe(ours);
    expect(foldHealthChanged(ours, health(1, "a", { epoch: 5n }), 5n).health?.epoch).toBe(5n);
  });
});

describe("the open drift of a unit", () => {
  const service = { group: "", kind: "Service", namespace: "shop", name: "web" };
  const [one] = drift(1, "a", "1").findings;
  const two = drift(1, "a", "1", { findings: [one!, { ...one!, ref: service }], findingCount: 2, epoch: 5n });
  const open = foldDriftDetected(none, two);
  const ends = (change: object): DriftResolved => DriftResolved.fromPartial({ ...resolved("1"), epoch: 5n, ...change });
  const openRefs = ({ drift: now }: UnitRecord) => now?.findings.map(({ ref }) => ref?.kind);

  test.each([
    ["is the whole set that was told last", drift(1, "a", "2"), ["Deployment"], 1],
    ["counts more than it names", drift(1, "a", "2", { findingCount: 30 }), ["Deployment"], 30],
    ["counts what it names, at the least", drift(1, "a", "2", { findingCount: 0 }), ["Deployment"], 1],
  ])("%s", (_title, fact, kinds, count) => {
    const unit = foldDriftDetected(open, { ...fact, epoch: 5n });
    expect([openRefs(unit), unit.drift?.count]).toEqual([kinds, count]);
  });

  test.each([
    ["loses what ended", ends({ stillOpen: 1 }), ["Service"], 1],
    ["is none where nothing is left open, whatever was named", ends({ stillOpen: 0 }), [], 0],
    [
      "loses nothing to the end of an object that it does not name",
      ends({ findings: [{ ref: { ...deployment, name: "x" } }], stillOpen: 2 }),
      ["Deployment", "Service"],
      2,
    ],
    [
      "loses nothing to the end of what names no object",
      ends({ findings: [{}], stillOpen: 2 }),
      ["Deployment", "Service"],
      2,
    ],
  ])("%s", (_title, fact, kinds, count) => {
    const unit = foldDriftResolved(open, fact);
    expect([openRefs(unit), unit.drift?.count, unit.drift?.policy]).toEqual([kinds, count, two.policy]);
  });

  test("of which only the end was seen is only counted", () => {
    const unit = foldDriftResolved(none, ends({ stillOpen: 2, traceId: "t" }));
    expect(unit.drift).toMatchObject({ findings: [], count: 2, traceId: "t" });
  });

  test("is not told by one whose word does not count any more; that it ended once is history all the same", () => {
    expect(foldDriftDetected(open, { ...drift(1, "a", "2"), epoch: 4n })).toBe(open);
    const unit = foldDriftResolved(open, ends({ epoch: 4n }));
    expect([unit.drift, unit.ended.length]).toEqual([open.drift, 1]);
  });

  test("that ended is kept with its policy, the last 16 of it", () => {
    let unit = open;
    for (let n = 0; n < 20; n += 1)
      unit = foldDriftResolved(unit, ends({ findings: [{ uid: `u${n}` }], stillOpen: 1 }));
    expect([unit.ended.length, unit.ended[0]?.finding.uid, unit.ended.at(-1)?.finding.uid]).toEqual([16, "u4", "u19"]);
    expect(unit.ended.every(({ policy }) => policy === two.policy)).toBe(true);
  });
});

test("what is folded leaves what was before as it is", () => {
  const before = foldDesired(none, desired(1, "a"));
  foldDesired(before, desired(2, "b"));
  foldApplyFinished(before, run(2, "b"));
  expect(before).toEqual({ ...none, desired: desired(1, "a") });
});

test("two refs have one key only where all of it is the same", () => {
  const others = [{ group: "" }, { kind: "Job" }, { namespace: "x" }, { name: "x" }].map((change) =>
    refKey({ ...deployment, ...change }),
  );
  expect(new Set([...others, refKey(deployment), refKey(undefined)]).size).toBe(6);
  expect(refKey({ ...deployment })).toBe(refKey(deployment));
});
