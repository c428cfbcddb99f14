import { ApplyResult, DriftPolicy, Finding, Health, PendingState, Sync, Verdict } from "@evenkeel/contracts";
import { describe, expect, test } from "vitest";

import * as story from "../../story/story.fixture.ts";
import { emptySource, foldCommitObserved, foldSourceCondition } from "../source-record.ts";
import type { SourceRecord } from "../source-record.ts";
import { causeOf } from "./unit-cause.ts";
import { emptyUnit, foldApplyFinished, foldHealthChanged } from "./unit-record.ts";
import type { OpenDrift, UnitRecord } from "./unit-record.ts";

const { at, deployment, desired, health, held, observed, planned, renderFailed, renderRequested, renderWaiting, run } =
  story;
const none = emptyUnit("prod-eu", "web");
const noSource = emptySource("shop");
const applied = foldApplyFinished({ ...none, desired: desired(1, "a") }, run(1, "a"));
const well = foldHealthChanged(applied, health(1, "a"));
const finding = (change: object = {}): Finding =>
  Finding.fromPartial({ ref: deployment, verdict: Verdict.DRIFT, onset: at(31), ...change });
const drift = (
  findings: readonly Finding[],
  count = findings.length,
  policy = DriftPolicy.REPORT as DriftPolicy,
): OpenDrift => ({
  findings,
  count,
  policy,
  traceId: "",
  epoch: 1n,
});
const wordsOf = (unit: UnitRecord, source?: SourceRecord): string | undefined => {
  const cause = causeOf(unit, source);
  return cause === undefined ? undefined : `${cause.reason.code}: ${cause.reason.message}`;
};

test("a unit that is Synced and Healthy has no cause", () => expect(causeOf(well, undefined)).toBeUndefined());

describe("drift is told", () => {
  const replicas = { path: "spec.replicas", desired: "3", live: "5" };
  test.each<readonly [string, OpenDrift, string]>([
    [
      "by field, with both values",
      drift([finding({ fields: [replicas] })]),
      "Deployment shop/web: spec.replicas is 5, desired 3",
    ],
    [
      "by a field that is not there",
      drift([finding({ fields: [{ ...replicas, live: "" }] })]),
      "Deployment shop/web: spec.replicas is absent, desired 3",
    ],
    [
      "by a field that should not be there",
      drift([finding({ fields: [{ ...replicas, desired: "" }] })]),
      "Deployment shop/web: spec.replicas is 5, desired absent",
    ],
    [
      "by the first of several fields",
      drift([finding({ fields: [replicas, replicas, replicas] })]),
      "Deployment shop/web: spec.replicas is 5, desired 3 and 2 more",
    ],
    ["by an object that is missing", drift([finding({ verdict: Verdict.MISSING })]), "Deployment shop/web is missing"],
    [
      "by an object alone",
      drift([finding({ verdict: Verdict.ORDER })]),
      "Deployment shop/web differs from what Git says",
    ],
    [
      "by the first of several objects",
      drift([finding({ verdict: Verdict.MISSING })], 3),
      "Deployment shop/web is missing and 2 more",
    ],
    ["by number, where no object is named", drift([], 3), "3 objects differ"],
    [
      "with who did it, each once",
      drift([
        finding({
          verdict: Verdict.MISSING,
          managers: [{ name: "hpa" }, { name: "" }, { name: "hpa" }, { name: "kubectl" }],
        }),
      ]),
      "Deployment shop/web is missing, by hpa, kubectl",
    ],
  ])("%s", (_title, open, words) => expect(wordsOf({ ...well, drift: open })).toBe(`Drifted: ${words}`));

  test.each([
    [DriftPolicy.CORRECT, /it is put back/],
    [DriftPolicy.REPORT, /undo the edit/],
    [DriftPolicy.HOLD, /undo the edit/],
    [DriftPolicy.UNSPECIFIED, /looked at again/],
  ])("with what to do under the policy %s", (policy, words) => {
    expect(causeOf({ ...well, drift: drift([finding()], 1, policy) }, undefined)).toMatchObject({
      reason: { remedy: expect.stringMatching(words) },
      since: at(31),
    });
  });

  test("no more once it is over", () => expect(wordsOf({ ...well, drift: drift([], 0) })).toBeUndefined());
});

describe("a render that is open is told", () => {
  const asked = { ...well, asked: renderRequested(2, "b") };
  const source = (count: number): SourceRecord => ({
    ...noSource,
    planned: planned(
      2,
      "b",
      Array.from({ length: count }, (_none, n) => ({
        unit: story.unit(`app-${n}`),
        state: PendingState.RENDERING,
        reason: undefined,
      })),
    ),
  });
  test.each<readonly [string, UnitRecord, SourceRecord | undefined, string]>([
    ["by its commit", asked, undefined, "the render of bbbbbbb is not finished"],
    ["alone, where no other is open", asked, source(1), "the render of bbbbbbb is not finished"],
    [
      "with how many of its Repository are",
      asked,
      source(3),
      "the render of bbbbbbb is not finished; 3 renders of Repository shop are not",
    ],
    [
      "with what it was told to wait for",
      { ...asked, waiting: renderWaiting(2, "b", "a place") },
      source(3),
      "the render of bbbbbbb is not finished: a place",
    ],
    [
      "without what an earlier one waited for",
      { ...asked, waiting: renderWaiting(1, "a", "a place") },
      undefined,
      "the render of bbbbbbb is not finished",
    ],
    [
      "as a removal",
      { ...well, asked: renderRequested(2, "b", { removed: true }) },
      undefined,
      "its removal is not finished",
    ],
  ])("%s", (_title, unit, of, words) => expect(wordsOf(unit, of)).toBe(`Pending: ${words}`));

  test.each([
    ["since it was asked for", renderRequested(2, "b"), at(3)],
    [
      "since its commit was seen, where nobody knows when it was asked for",
      renderRequested(2, "b", { requestedAt: undefined }),
      at(2),
    ],
  ])("%s", (_title, request, since) => expect(causeOf({ ...well, asked: request }, undefined)?.since).toEqual(since));
});

describe("of what several services told", () => {
  const failed = foldApplyFinished(
    well,
    run(1, "a", {
      result: ApplyResult.FAILED,
      endedAt: at(20),
      reason: { code: "AdmissionDenied", message: "denied", remedy: "" },
    }),
  );
  test.each<readonly [string, UnitRecord, SourceRecord | undefined, string]>([
    ["the newest counts: a failed render", { ...failed, problem: renderFailed(30, "b") }, undefined, "YamlRefused"],
    ["the newest counts: a failed run", { ...failed, problem: renderFailed(2, "b") }, undefined, "AdmissionDenied"],
    ["the newest counts: the hold of its source", failed, foldSourceCondition(noSource, held()), "HistoryRewritten"],
    [
      "the error of its source counts where it is newer",
      failed,
      foldSourceCondition(noSource, {
        ...held(),
        hold: undefined,
        error: { code: "AuthFailed", message: "", remedy: "" },
        errorSince: at(55),
      }),
      "AuthFailed",
    ],
    [
      "one without a code is none",
      well,
      foldSourceCondition(noSource, { ...held(), hold: undefined, error: { code: "", message: "x", remedy: "" } }),
      "",
    ],
    ["drift comes after it", { ...failed, drift: drift([finding()]) }, undefined, "AdmissionDenied"],
  ])("%s", (_title, unit, source, code) => expect(causeOf(unit, source)?.reason.code ?? "").toBe(code));
});

describe("what was not made or written yet is told", () => {
  const declared = { repository: "shop", path: "apps/web" };
  const removed = { ...well, desired: desired(2, "b", { removed: true, digest: "" }) };
  test.each<readonly [string, UnitRecord, SourceRecord | undefined, string | undefined]>([
    [
      "of an application that no cluster matches",
      { ...emptyUnit("", "web"), declared },
      undefined,
      "NoTarget: Application web: its clusterSelector matches no declared Cluster",
    ],
    [
      "before its repository was read",
      { ...none, declared },
      noSource,
      "Pending: Repository shop has not been read yet",
    ],
    [
      "before its first render",
      { ...none, declared },
      foldCommitObserved(noSource, observed(1, "a")),
      "Pending: its first render, of aaaaaaa, is not finished",
    ],
    [
      "before its first apply",
      { ...none, desired: desired(1, "a") },
      undefined,
      "Pending: aaaaaaa is rendered and not applied yet",
    ],
    [
      "with why a run was overtaken",
      {
        ...none,
        desired: desired(1, "a"),
        overtaken: run(1, "a", {
          result: ApplyResult.SUPERSEDED,
          reason: { code: "Superseded", message: "a newer one", remedy: "" },
        }),
      },
      undefined,
      "Pending: aaaaaaa is rendered and not applied: a newer one",
    ],
    [
      "while its objects are let go",
      { ...removed, objects: [] },
      undefined,
      "Pending: its application was removed; 0 objects are being let go",
    ],
    [
      "while its objects wait to be deleted",
      { ...removed, lastDeclared: { ...declared, deletesAfterMs: 60_000 } },
      undefined,
      "Pending: its application was removed; 0 objects are deleted, not before 2026-11-22T12:01:02.200Z",
    ],
  ])("%s", (_title, unit, source, words) => expect(wordsOf(unit, source)).toBe(words));
});

describe("what was written and is not well is told", () => {
  const seen = (change: object): UnitRecord => foldHealthChanged(applied, health(1, "a", change));
  const unhealthy = (count: number) =>
    Array.from({ length: count }, () => ({ ref: deployment, health: Health.DEGRADED, message: "no image" }));
  test.each<readonly [string, UnitRecord, string]>([
    ["before it was seen", applied, "Unverified: what was written has not been seen on the cluster yet"],
    [
      "with what the detector says",
      seen({ sync: Sync.UNKNOWN, message: "Widget cannot be watched" }),
      "Unverified: Widget cannot be watched",
    ],
    [
      "by the object that is not well",
      seen({ health: Health.DEGRADED, unhealthy: unhealthy(1) }),
      "Unhealthy: Deployment shop/web: no image",
    ],
    [
      "by the first of several",
      seen({ health: Health.DEGRADED, unhealthy: unhealthy(3) }),
      "Unhealthy: Deployment shop/web: no image and 2 more",
    ],
    [
      "in the words of the detector, where it names no object",
      seen({ health: Health.PROGRESSING, message: "3 of 5" }),
      "Unhealthy: 3 of 5",
    ],
    ["as not known, where nobody says a word", seen({ health: Health.UNKNOWN }), "Unhealthy: its health is not known"],
  ])("%s", (_title, unit, words) => expect(wordsOf(unit)).toBe(words));
});

test.each([
  ["alone", 1, "Deployment shop/web is not pruned: 11 deletions"],
  ["with the number of the others", 3, "Deployment shop/web is not pruned: 11 deletions and 2 more"],
])("a prune that waits is told %s, before drift", (_title, count, message) => {
  const parked = Array.from({ length: count }, () => ({
    ref: deployment,
    reason: { code: "PruneBudget", message: "11 deletions", remedy: "" },
  }));
  const unit = foldApplyFinished(well, run(1, "a", { result: ApplyResult.UNCHANGED, parked }));
  expect(causeOf({ ...unit, drift: drift([finding()]) }, undefined)).toMatchObject({
    reason: { code: "PruneBudget", message },
    since: run(1, "a").endedAt,
  });
});
