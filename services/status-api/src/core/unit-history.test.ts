import { describe, expect, it } from "vitest";

import * as story from "../story.fixture.ts";
import { foldLedgerEntry } from "./unit-history.ts";
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
});
