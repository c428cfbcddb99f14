import { EntryKind, Seal } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import * as story from "../../story/story.fixture.ts";
import { beginningIn, foldLedgerEntry } from "./unit-history.ts";
import type { Histories } from "./unit-history.ts";

const historyOf = (...entries: readonly Parameters<typeof foldLedgerEntry>[1][]) =>
  entries
    .reduce<Histories>(foldLedgerEntry, new Map())
    .get("prod-eu/web")
    ?.map(([, item]) => item);

describe("foldLedgerEntry", () => {
  const [intent, outcome] = story.ledger(3, 41, 1, "a");

  it("leaves a run open while there is no outcome", () =>
    expect(historyOf(intent!)).toMatchObject([
      { result: "open", ledger: "hub.3/41", writes: [{ verb: "update", result: "" }] },
    ]));

  it("closes a run with its outcome", () =>
    expect(historyOf(intent!, outcome!)).toMatchObject([
      { result: "applied", ledger: "hub.3/41", writes: [{ verb: "update", result: "done" }], endedAt: story.at(1) },
    ]));

  it("keeps runs apart that are open together", () => {
    const [other, itsOutcome] = story.ledger(3, 51, 2, "b");
    const history = historyOf(intent!, other!, itsOutcome!);
    expect(history?.map(({ result }) => result)).toEqual(["open", "applied"]);
  });

  it("takes an outcome whose intent was not kept", () =>
    expect(historyOf(outcome!)).toMatchObject([{ result: "applied", revision: story.sha("a") }]));

  it("takes what a seal carried where its entries are gone, in order, and leaves the rest as it was read", () => {
    const [later, itsOutcome] = story.ledger(3, 51, 2, "b");
    const carried = [
      { ...outcome!.units[0]!, at: story.at(1), n: 42n },
      { ...later!.units[0]!, at: story.at(2), n: 51n, result: "open" },
    ];
    const seal = { ...intent!, kind: EntryKind.SEAL, n: 60n, units: carried };
    expect(historyOf(seal)).toMatchObject([
      { result: "applied", ledger: "hub.3/42", startedAt: story.at(1), endedAt: story.at(1) },
      { result: "open", ledger: "hub.3/51", endedAt: undefined },
    ]);
    expect(historyOf(later!, itsOutcome!, seal)?.map(({ ledger, result }) => `${ledger} ${result}`)).toEqual([
      "hub.3/42 applied",
      "hub.3/51 applied",
    ]);
  });

  it("tells of each write what it took of other managers", () => {
    const taken = [{ path: "spec.replicas", manager: "scaler", before: "3", after: "5" }];
    const units = outcome!.units.map((unit) => ({
      ...unit,
      writes: unit.writes.map((write) => ({ ...write, taken, takenCount: 4 })),
    }));
    const [item] = historyOf(intent!, { ...outcome!, units }) ?? [];
    expect(item?.writes[0]).toMatchObject({ taken, takenCount: 4 });
  });

  it("tells of a correction what was found: field, before, after and who", () => {
    const finding = story.drift(1, "a", "1").findings[0];
    const units = outcome!.units.map((unit) => ({
      ...unit,
      writes: unit.writes.map((write) => ({ ...write, drift: finding })),
    }));
    expect(historyOf(intent!, { ...outcome!, units })).toMatchObject([
      {
        drift: [{ fields: [{ path: "spec.replicas", desired: "3", live: "5" }], managers: [{ name: "kubectl-edit" }] }],
      },
    ]);
  });

  it.each([
    ["a word of its own where the outcome has none", { result: "" }, "done"],
    ["the word of the outcome", { result: "failed" }, "failed"],
  ])("ends a run with %s, and its own writes where the outcome names none", (_title, change, result) => {
    const units = outcome!.units.map((unit) => ({ ...unit, ...change, writes: [] }));
    expect(historyOf(intent!, { ...outcome!, units })).toMatchObject([{ result, writes: [{ verb: "update" }] }]);
  });

  it("takes nothing from an entry that tells of no run", () => {
    expect(historyOf({ ...intent!, kind: EntryKind.TAKEOVER })).toBeUndefined();
    expect(historyOf({ ...intent!, kind: EntryKind.UNSPECIFIED })).toBeUndefined();
  });

  it("forgets the oldest of many runs", () => {
    const runs = Array.from({ length: 510 }, (_none, n) => story.ledger(3, 2 * n + 1, 1, "a")[0]!);
    const history = historyOf(...runs);
    expect([history?.length, history?.[0]?.ledger, history?.at(-1)?.ledger]).toEqual([500, "hub.3/21", "hub.3/1019"]);
  });

  it("knows where a chain begins by a whole seal alone", () => {
    const seal = Seal.fromPartial({ complete: true, lastN: 40n, lastAt: story.at(1), file: "f" });
    expect(beginningIn({ ...intent!, seal })).toEqual({ chain: "hub.3", before: 40n, at: story.at(1), file: "f" });
    expect(beginningIn({ ...intent!, seal: { ...seal, complete: false } })).toBeUndefined();
    expect(beginningIn(intent!)).toBeUndefined();
  });
});
