import { PendingState } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import * as story from "../story/story.fixture.ts";
import {
  emptySource,
  foldCommitObserved,
  foldCommitPlanned,
  foldSourceCondition,
  isPlanComplete,
} from "./source-record.ts";
import type { SourceRecord } from "./source-record.ts";
import { emptyUnit } from "./unit/unit-record.ts";
import type { UnitRecord } from "./unit/unit-record.ts";

const { desired, held, observed, planned, renderFailed, sha } = story;
const none = emptySource("shop");

describe("the commits of a source", () => {
  const seen = (...commits: readonly (readonly [number, string])[]): SourceRecord =>
    commits.reduce((record, [seq, letter]) => foldCommitObserved(record, observed(seq, letter)), none);
  test.each<readonly [string, readonly (readonly [number, string])[], readonly string[]]>([
    ["are none at first", [], []],
    [
      "are remembered in the order they were seen",
      [
        [1, "a"],
        [2, "b"],
      ],
      ["a", "b"],
    ],
    [
      "are each there once: one that is accepted again is the newest",
      [
        [1, "a"],
        [2, "b"],
        [3, "a"],
      ],
      ["b", "a"],
    ],
  ])("%s", (_title, commits, letters) => {
    expect([...seen(...commits).commits.keys()]).toEqual(letters.map(sha));
  });

  test("are forgotten but for the last 64", () => {
    let record = none;
    for (let n = 1; n <= 70; n += 1)
      record = foldCommitObserved(record, { ...observed(n, "a"), revision: `commit-${n}`, subject: `subject ${n}` });
    expect([record.commits.size, [...record.commits.keys()][0]]).toEqual([64, "commit-7"]);
    expect(record.commits.get("commit-70")).toMatchObject({ author: "Ana", subject: "subject 70" });
  });
});

describe("the plan of a source", () => {
  const complete: SourceRecord = { ...foldCommitPlanned(none, planned(2, "b")), planComplete: true };
  test.each([
    ["of a newer commit has to be completed anew", planned(3, "c"), "c", false],
    ["of the same commit stays complete", { ...planned(2, "b"), fleetSeq: 9n }, "b", true],
    ["of an older commit, which came late, is none", planned(1, "a"), "b", true],
  ])("%s", (_title, plan, letter, isComplete) => {
    const record = foldCommitPlanned(complete, plan);
    expect([record.planned?.revision, record.planComplete]).toEqual([sha(letter), isComplete]);
  });

  test("of its first commit has to be completed", () => {
    expect(foldCommitPlanned(none, planned(1, "a")).planComplete).toBe(false);
  });
});

test("the condition of a source is the last that was told, also that it is well", () => {
  const ill = foldSourceCondition(none, held());
  expect(ill.condition?.hold).toBeDefined();
  expect(foldSourceCondition(ill, { ...held(), hold: undefined }).condition?.hold).toBeUndefined();
});

describe("the last plan is answered", () => {
  const [RENDERING, FAILED] = [PendingState.RENDERING, PendingState.FAILED];
  const pending = (app: string, state: PendingState) => ({ unit: story.unit(app), state, reason: undefined });
  const plan = (touched: number, ...units: readonly ReturnType<typeof pending>[]): SourceRecord =>
    foldCommitPlanned(none, { ...planned(2, "b", [...units]), touched });
  const unit = (app: string, change: Partial<UnitRecord>): UnitRecord => ({ ...emptyUnit("prod-eu", app), ...change });
  const at = (app: string, seq: number): UnitRecord => unit(app, { desired: desired(seq, "b") });
  const ofOther = { ...desired(2, "b"), version: { ...story.version(1), sources: [{ source: "base", seq: 9n }] } };

  test.each<readonly [string, boolean, SourceRecord, readonly UnitRecord[]]>([
    ["not before there is one", false, none, []],
    ["at once where it touches nothing", true, plan(0), []],
    ["not while no answer was seen", false, plan(1), []],
    ["by a desired state of its commit", true, plan(1), [at("web", 2)]],
    ["by one of a newer commit", true, plan(1), [at("web", 3)]],
    ["not by one of an older commit", false, plan(1), [at("web", 1)]],
    ["not by what another source is at", false, plan(1), [unit("web", { desired: ofOther })]],
    ["by a failure at its commit", true, plan(1), [unit("web", { problem: renderFailed(2, "b") })]],
    ["not by a failure that its list tells of, before that was seen", false, plan(1, pending("web", FAILED)), []],
    ["by what its list says is still rendering", true, plan(1, pending("web", RENDERING)), []],
    [
      "once a unit, however often it has answered",
      false,
      plan(2),
      [unit("web", { desired: desired(2, "b"), problem: renderFailed(2, "b") })],
    ],
    [
      "once a unit, though it was rendering and has answered since",
      false,
      plan(2, pending("web", RENDERING)),
      [at("web", 2)],
    ],
    [
      "when all are: one answered, one rendering",
      true,
      plan(2, pending("web", RENDERING)),
      [at("web", 2), at("db", 2)],
    ],
  ])("%s", (_title, isComplete, record, units) => expect(isPlanComplete(record, units)).toBe(isComplete));
});
