import { ApplyCause, ApplyResult, DeadLetter, Health, Sync } from "@evenkeel/contracts";
import type { UnitVersion } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import {
  desired,
  digestOf,
  health,
  renderFailed,
  renderRequested,
  run,
  sha,
  version,
} from "../../story/story.fixture.ts";
import { healthOf, openFailure, openProblem, openRender, overtakenRun, sameVersion, syncOf } from "./unit-condition.ts";
import { emptyUnit } from "./unit-record.ts";
import type { LiveState, OpenDrift, UnitRecord } from "./unit-record.ts";

const record = (change: Partial<UnitRecord>): UnitRecord => ({ ...emptyUnit("prod-eu", "web"), ...change });
const mixed: UnitVersion = { ...version(1), fleet: 9n };
const drift: OpenDrift = { findings: [], count: 1, policy: "report", traceId: "", epoch: 1n };
const reason = { code: "Fight", message: "", remedy: "" };

test.each<readonly [string, boolean, UnitVersion | undefined, UnitVersion | undefined]>([
  ["one told twice", true, version(1), { ...version(1) }],
  ["an older and a newer", false, version(1), version(2)],
  ["each newer in one input", false, version(2), mixed],
  ["one that is not known", false, version(1), undefined],
  ["two that are not known: nobody can say that these are one", false, undefined, undefined],
])("two versions are the same: %s: %s", (_title, same, a, b) => expect(sameVersion(a, b)).toBe(same));

describe("a render failure", () => {
  const problem = renderFailed(2, "b");
  test.each<readonly [string, boolean, Partial<UnitRecord>]>([
    ["is none", false, {}],
    ["stands while nothing is desired", true, { problem }],
    ["stands over an older desired", true, { problem, desired: desired(1, "a") }],
    ["is ended by a desired of its version", false, { problem, desired: desired(2, "b") }],
    ["is ended by a newer desired", false, { problem, desired: desired(3, "c") }],
    ["stands where each is newer in one input", true, { problem, desired: desired(1, "a", { version: mixed }) }],
    [
      "stands where a version is not told: nobody can say that it ended",
      true,
      { problem: { ...problem, version: undefined }, desired: desired(3, "c") },
    ],
  ])("%s: %s", (_title, stands, change) => expect(openProblem(record(change)) !== undefined).toBe(stands));
});

describe("a render", () => {
  const asked = renderRequested(2, "b");
  test.each<readonly [string, boolean, Partial<UnitRecord>]>([
    ["is not open where none was asked for", false, {}],
    ["is open while nothing answers", true, { asked }],
    [
      "is open while only older ones are answered",
      true,
      { asked, desired: desired(1, "a"), problem: renderFailed(1, "a") },
    ],
    ["is answered by its desired", false, { asked, desired: desired(2, "b") }],
    ["is answered by its failure", false, { asked, desired: desired(1, "a"), problem: renderFailed(2, "b") }],
    ["is answered by a newer one", false, { asked, desired: desired(3, "c") }],
    ["is open where each is newer in one input", true, { asked, desired: desired(1, "a", { version: mixed }) }],
    ["is not open where its version is not told", false, { asked: { ...asked, version: undefined } }],
  ])("%s: %s", (_title, isOpen, change) => expect(openRender(record(change)) !== undefined).toBe(isOpen));
});

describe("a run that was overtaken", () => {
  const overtaken = run(2, "b", { result: ApplyResult.SUPERSEDED, reason });
  test.each<readonly [string, boolean, Partial<UnitRecord>]>([
    ["says why what is desired was not written", true, { overtaken, desired: desired(2, "b") }],
    ["says nothing of a newer desired", false, { overtaken, desired: desired(3, "c") }],
    [
      "says nothing without a reason",
      false,
      { overtaken: { ...overtaken, reason: undefined }, desired: desired(2, "b") },
    ],
  ])("%s: %s", (_title, says, change) => expect(overtakenRun(record(change)) !== undefined).toBe(says));
});

describe("a unit is", () => {
  const live: LiveState = {
    revision: sha("a"),
    version: version(1),
    digest: digestOf("a"),
    since: undefined,
    startedAt: undefined,
  };
  const synced = { desired: desired(1, "a"), live, run: run(1, "a"), health: health(1, "a") };
  const unchanged = run(2, "a", { result: ApplyResult.UNCHANGED });
  const letters = (subject: string) => new Map([["x", DeadLetter.fromPartial({ subject })]]);

  test.each<readonly [Sync, string, Partial<UnitRecord>]>([
    [Sync.UNKNOWN, "where nothing is known", {}],
    [Sync.SYNCED, "where live was read at what is desired, and matched", synced],
    [
      Sync.OUT_OF_SYNC,
      "where live was read at what is desired, and did not match",
      { ...synced, health: health(1, "a", { sync: Sync.OUT_OF_SYNC }) },
    ],
    [Sync.UNKNOWN, "where it was written and not read back", { ...synced, health: undefined }],
    [Sync.OUT_OF_SYNC, "where it was not even written", { desired: desired(1, "a") }],
    [
      Sync.OUT_OF_SYNC,
      "where equal content of another version was read: it may have been changed between",
      { ...synced, desired: desired(2, "a") },
    ],
    [
      Sync.SYNCED,
      "where the applier found nothing to write of that other version",
      { ...synced, desired: desired(2, "a"), run: unchanged },
    ],
    [Sync.OUT_OF_SYNC, "where it found that of yet another", { ...synced, desired: desired(3, "a"), run: unchanged }],
    [Sync.OUT_OF_SYNC, "where drift is open, whatever was read", { ...synced, drift }],
    [Sync.SYNCED, "where drift was told and is over", { ...synced, drift: { ...drift, count: 0 } }],
    [Sync.UNKNOWN, "while a newer render is open", { ...synced, asked: renderRequested(2, "b") }],
    [
      Sync.OUT_OF_SYNC,
      "while a newer render is open, and drift is known",
      { ...synced, drift, asked: renderRequested(2, "b") },
    ],
    [
      Sync.UNKNOWN,
      "where a newer render failed, though drift is known",
      { ...synced, drift, problem: renderFailed(2, "b") },
    ],
    [
      Sync.UNKNOWN,
      "where the request for a render was set aside",
      { ...synced, letters: letters("ek.v1.render.3.prod-eu.web") },
    ],
  ])("%s %s", (sync, _title, change) => expect(syncOf(record(change))).toBe(sync));

  test("of the health that was last seen, and of unknown health before that", () => {
    expect(healthOf(record({}))).toBe(Health.UNKNOWN);
    expect(healthOf(record({ health: health(1, "a", { health: Health.DEGRADED }) }))).toBe(Health.DEGRADED);
  });
});

describe("the last run", () => {
  const at = (result: ApplyResult, change: object = {}): Partial<UnitRecord> => ({
    desired: desired(1, "a"),
    run: run(1, "a", { result, ...change }),
  });
  const matters: Readonly<Record<ApplyResult, boolean>> = {
    [ApplyResult.UNSPECIFIED]: false,
    [ApplyResult.APPLIED]: false,
    [ApplyResult.UNCHANGED]: false,
    [ApplyResult.FAILED]: true,
    [ApplyResult.HELD]: true,
    [ApplyResult.SUPERSEDED]: false,
    [ApplyResult.SEQ_BEHIND]: true,
    [ApplyResult.CORRECTED]: false,
    [ApplyResult.REMOVED]: false,
  };
  test.each(Object.entries(matters))("%s is a failure that matters: %s", (result, failed) => {
    expect(openFailure(record(at(result as ApplyResult))) !== undefined).toBe(failed);
  });

  const correction = { applyCause: ApplyCause.DRIFT };
  test.each<readonly [string, boolean, Partial<UnitRecord>]>([
    ["is none", false, {}],
    ["of an older version does not matter any more", false, { ...at(ApplyResult.FAILED), desired: desired(2, "b") }],
    ["that failed to correct matters while drift is open", true, { ...at(ApplyResult.FAILED, correction), drift }],
    ["that failed to correct does not matter once it is over", false, at(ApplyResult.FAILED, correction)],
    [
      "that corrected and names a contest matters while drift is open",
      true,
      { ...at(ApplyResult.CORRECTED, { ...correction, reason }), drift },
    ],
    ["that corrected and names none does not", false, { ...at(ApplyResult.CORRECTED, correction), drift }],
  ])("%s: %s", (_title, isOpen, change) => expect(openFailure(record(change)) !== undefined).toBe(isOpen));
});
