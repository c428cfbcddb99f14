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
});
