import { ApplyCause, ApplyResult, flows, Health, PendingState, Sync } from "@evenkeel/contracts";
import { describe, expect, it } from "vitest";

import { createProjection, unitKey } from "../../follow/projection.ts";
import * as story from "../../story/story.fixture.ts";
import { removedUnits } from "../units/removed-units.ts";
import { emptyUnit } from "./unit-record.ts";
import type { UnitRecord } from "./unit-record.ts";
import { isListed, sourceOf } from "./unit-status.ts";

type Step = readonly [keyof typeof flows, object];

const { at, desired, digestOf, drift, health, held, observed, planned, renderFailed, resolved, run, sha } = story;

const after = (...steps: readonly Step[]) => {
  const projection = createProjection(() => new Date(0));
  for (const [flow, fact] of steps) projection.fold(flows[flow].type, fact);
  return projection.status(unitKey("prod-eu", "web"));
};

const live = (seq: number, letter: string): readonly Step[] => [
  ["commitObserved", observed(seq, letter)],
  ["desiredStateChanged", desired(seq, letter)],
  ["commitPlanned", planned(seq, letter)],
  ["applyFinished", run(seq, letter)],
  ["healthChanged", health(seq, letter)],
];

describe("SYNC", () => {
  it.each<readonly [string, readonly Step[], Sync]>([
    ["is Synced when live was seen equal at the desired version", live(1, "a"), Sync.SYNCED],
    ["is OutOfSync before anything was applied", live(1, "a").slice(0, 3), Sync.OUT_OF_SYNC],
    ["is Unknown after the apply until live was read", live(1, "a").slice(0, 4), Sync.UNKNOWN],
    [
      "is OutOfSync when a newer desired is not applied yet, whatever was proven before",
      [...live(1, "a"), ["desiredStateChanged", desired(2, "b")]],
      Sync.OUT_OF_SYNC,
    ],
    [
      "is not Synced by an old proof of equal content: a, then b, then a again",
      [
        ...live(1, "a"),
        ["desiredStateChanged", desired(2, "b")],
        ["applyFinished", run(2, "b")],
        ["desiredStateChanged", desired(3, "a")],
      ],
      Sync.OUT_OF_SYNC,
    ],
    [
      "stays Synced when a new version has equal content and the applier found nothing to write",
      [
        ...live(1, "a"),
        ["desiredStateChanged", desired(2, "a")],
        ["applyFinished", run(2, "a", { result: ApplyResult.UNCHANGED })],
      ],
      Sync.SYNCED,
    ],
    [
      "is not Synced when that new version was not looked at by the applier yet",
      [...live(1, "a"), ["desiredStateChanged", desired(2, "a")]],
      Sync.OUT_OF_SYNC,
    ],
    ["is OutOfSync while drift is open", [...live(1, "a"), ["driftDetected", drift(1, "a", "1")]], Sync.OUT_OF_SYNC],
    [
      "is Synced again when the drift is over",
      [...live(1, "a"), ["driftDetected", drift(1, "a", "1")], ["driftResolved", resolved("1")]],
      Sync.SYNCED,
    ],
    [
      "is Unknown while the newest commit cannot be rendered",
      [...live(1, "a"), ["renderFailed", renderFailed(2, "b")]],
      Sync.UNKNOWN,
    ],
    [
      "forgets a render failure that a newer desired ends",
      [...live(1, "a"), ["renderFailed", renderFailed(2, "b")], ...live(3, "c")],
      Sync.SYNCED,
    ],
    [
      "keeps Synced when the source is held: the accepted tip is live",
      [...live(1, "a"), ["sourceCondition", held()]],
      Sync.SYNCED,
    ],
    [
      "follows the detector when it says OutOfSync",
      [...live(1, "a"), ["healthChanged", health(1, "a", { sync: Sync.OUT_OF_SYNC })]],
      Sync.OUT_OF_SYNC,
    ],
    [
      "does not believe the older of two owners of a shard",
      [
        ...live(1, "a").slice(0, 4),
        ["healthChanged", health(1, "a", { sync: Sync.OUT_OF_SYNC, epoch: 7n })],
        ["healthChanged", health(1, "a", { epoch: 6n })],
      ],
      Sync.OUT_OF_SYNC,
    ],
  ])("%s", (_, steps, sync) => expect(after(...steps)?.sync).toBe(sync));
});

describe("a unit that waits for its render", () => {
  const { renderRequested, renderWaiting } = story;
  const asked: readonly Step[] = [...live(1, "a"), ["renderRequested", renderRequested(2, "b")]];
  const rendering = (app: string) => ({ unit: story.unit(app), state: PendingState.RENDERING, reason: undefined });

  it("is not Synced as of the commit before, and says since when it waits", () => {
    const status = after(...asked);
    expect(status).toMatchObject({
      sync: Sync.UNKNOWN,
      revision: sha("a"),
      desiredRevision: sha("b"),
      reason: {
        code: "Pending",
        message: "the render of bbbbbbb is not finished",
        remedy: "nothing: it goes on by itself",
      },
      reasonSince: at(3),
    });
  });

  it.each<readonly [string, readonly Step[], string]>([
    [
      "how many others of its Repository wait",
      [...asked, ["commitPlanned", planned(2, "b", [rendering("web"), rendering("api"), rendering("db")])]],
      "the render of bbbbbbb is not finished; 3 renders of Repository shop are not",
    ],
    [
      "that others hold the places",
      [...asked, ["renderWaiting", renderWaiting(2, "b", "other renders take long")]],
      "the render of bbbbbbb is not finished: other renders take long",
    ],
    [
      "the newest that was told",
      [
        ...asked,
        ["renderWaiting", renderWaiting(2, "b", "other renders take long")],
        ["renderWaiting", renderWaiting(2, "b", "it has been running for more than 5 s")],
      ],
      "the render of bbbbbbb is not finished: it has been running for more than 5 s",
    ],
    [
      "nothing that was told of another version",
      [...live(1, "a"), ["renderWaiting", renderWaiting(1, "a", "old")], ["renderRequested", renderRequested(2, "b")]],
      "the render of bbbbbbb is not finished",
    ],
    [
      "this, and not a failure of the commit before",
      [...live(1, "a"), ["renderFailed", renderFailed(2, "b")], ["renderRequested", renderRequested(3, "c")]],
      "the render of ccccccc is not finished",
    ],
    [
      "that its removal is not finished",
      [...live(1, "a"), ["renderRequested", renderRequested(2, "b", { removed: true })]],
      "its removal is not finished",
    ],
    [
      "this of a first render too",
      [["renderRequested", renderRequested(1, "a")]],
      "the render of aaaaaaa is not finished",
    ],
  ])("says %s", (_, steps, message) =>
    expect(after(["desiredStateChanged", desired(0, "z")], ...steps)?.reason).toMatchObject({
      code: "Pending",
      message,
    }),
  );

  it.each<readonly [string, readonly Step[], Sync]>([
    [
      "its desired",
      [
        ...asked,
        ["desiredStateChanged", desired(2, "a")],
        ["applyFinished", run(2, "a", { result: ApplyResult.UNCHANGED })],
      ],
      Sync.SYNCED,
    ],
    ["a newer desired", [...asked, ...live(3, "c")], Sync.SYNCED],
    [
      "its desired, seen before it was seen to be asked for",
      [...live(2, "b"), ["renderRequested", renderRequested(2, "b")]],
      Sync.SYNCED,
    ],
  ])("waits no more after %s", (_, steps, sync) => {
    expect(after(...steps)).toMatchObject({ sync, reason: undefined });
  });

  it("waits no more after its render failed, and tells the failure", () => {
    expect(after(...asked, ["renderFailed", renderFailed(2, "b")])?.reason).toMatchObject({ code: "YamlRefused" });
  });

  it("shows drift as such meanwhile", () => {
    expect(after(...asked, ["driftDetected", drift(1, "a", "1")])).toMatchObject({ sync: Sync.OUT_OF_SYNC, drift: 1 });
  });
});

describe("REVISION", () => {
  const pending = [{ unit: story.unit(), state: PendingState.RENDERING, reason: undefined }];
  const untouched: readonly Step[] = [...live(1, "a"), ["commitObserved", observed(2, "b")]];

  it.each<readonly [string, readonly Step[], string, string]>([
    ["is the applied commit", live(1, "a"), "a", "a"],
    ["moves with a commit that does not touch the unit", [...untouched, ["commitPlanned", planned(2, "b")]], "b", "b"],
    ["stays while the unit is pending", [...untouched, ["commitPlanned", planned(2, "b", pending)]], "a", "a"],
    [
      "stays at what is live until the new desired is applied",
      [...untouched, ["desiredStateChanged", desired(2, "b")], ["commitPlanned", planned(2, "b")]],
      "a",
      "b",
    ],
    [
      "does not go back to a plan that is older than the desired",
      [...live(1, "a"), ["desiredStateChanged", desired(2, "b")], ["applyFinished", run(2, "b")]],
      "b",
      "b",
    ],
    [
      "proves nothing from a list that was cut short",
      [...untouched, ["commitPlanned", { ...planned(2, "b", pending), pendingCount: 101 }]],
      "a",
      "a",
    ],
    [
      "does not claim a commit whose touched unit has not been seen to answer",
      [...untouched, ["commitPlanned", { ...planned(2, "b"), touched: 1 }]],
      "a",
      "a",
    ],
    [
      "claims it once that unit answered",
      [
        ...untouched,
        ["commitPlanned", { ...planned(2, "b"), touched: 1 }],
        ["desiredStateChanged", desired(2, "b", { unit: story.unit("other") })],
      ],
      "b",
      "b",
    ],
    ["is empty before the first apply", live(1, "a").slice(0, 3), "", "a"],
    [
      "names the failed commit as desired",
      [...live(1, "a"), ["renderFailed", renderFailed(2, "b")], ["commitPlanned", planned(2, "b", pending)]],
      "a",
      "b",
    ],
  ])("%s", (_, steps, revision, desiredRevision) => {
    const status = after(...steps);
    const full = (letter: string): string => (letter === "" ? "" : sha(letter));
    expect([status?.revision, status?.desiredRevision]).toEqual([full(revision), full(desiredRevision)]);
  });

  it("carries author and subject of the commit that is live", () => {
    expect(after(...untouched, ["commitPlanned", planned(2, "b")])).toMatchObject({
      author: "Ana",
      subject: "commit b",
    });
    expect(after(...live(1, "a"))).toMatchObject({ ref: "main", subject: "commit a" });
  });
});

describe("the reason", () => {
  const failed = run(1, "a", {
    result: ApplyResult.FAILED,
    reason: { code: "AdmissionDenied", message: "Deployment shop/web: denied", remedy: "Ask." },
  });

  const notCorrected = run(1, "a", {
    result: ApplyResult.HELD,
    applyCause: ApplyCause.DRIFT,
    reason: { code: "OwnershipConflict", message: "ConfigMap shop/a was made again", remedy: "Release it." },
  });

  const parked = {
    ref: story.deployment,
    reason: { code: "PruneBudget", message: "11 deletions in 10 min, 10 are allowed", remedy: "Approve." },
  };

  it.each([
    [parked.reason.message, "Deployment shop/web is not pruned: 11 deletions in 10 min, 10 are allowed"],
    ["Deployment shop/web is kept: Git may want it still", "Deployment shop/web is kept: Git may want it still"],
    [
      "Deployment shop/web-2 asks for confirmation",
      "Deployment shop/web is not pruned: Deployment shop/web-2 asks for confirmation",
    ],
  ])("names the object whose prune waits once: %s", (message, wanted) => {
    const waits = { ...parked, reason: { ...parked.reason, message } };
    const fact = run(1, "a", { result: ApplyResult.UNCHANGED, parked: [waits] });
    expect(after(...live(1, "a"), ["applyFinished", fact])).toMatchObject({ reason: { message: wanted } });
  });

  it("says of drift which field, both values and who", () =>
    expect(after(...live(1, "a"), ["driftDetected", drift(1, "a", "1")])).toMatchObject({
      reason: { message: "Deployment shop/web: spec.replicas is 5, desired 3, by kubectl-edit" },
      reasonSince: at(31),
    }));

  it.each<readonly [string, readonly Step[], string | undefined]>([
    ["is absent when all is well", live(1, "a"), undefined],
    ["is the failed run", [...live(1, "a").slice(0, 3), ["applyFinished", failed]], "AdmissionDenied"],
    [
      "is the failed correction while drift is open",
      [...live(1, "a"), ["driftDetected", drift(1, "a", "1")], ["applyFinished", notCorrected]],
      "OwnershipConflict",
    ],
    [
      "is gone when the drift is over, whoever ended it",
      [
        ...live(1, "a"),
        ["driftDetected", drift(1, "a", "1")],
        ["applyFinished", notCorrected],
        ["driftResolved", resolved("1")],
      ],
      undefined,
    ],
    [
      "is not the failed run's any more when a newer desired takes its place",
      [...live(1, "a").slice(0, 3), ["applyFinished", failed], ["desiredStateChanged", desired(2, "b")]],
      "Pending",
    ],
    ["is that it waits for its apply", live(1, "a").slice(0, 3), "Pending"],
    ["is that what was written was not seen yet", live(1, "a").slice(0, 4), "Unverified"],
    ["is the drift, where nothing else is told", [...live(1, "a"), ["driftDetected", drift(1, "a", "1")]], "Drifted"],
    [
      "is the object that is not well",
      [...live(1, "a"), ["healthChanged", health(1, "a", { health: Health.DEGRADED })]],
      "Unhealthy",
    ],
    [
      "is the prune that waits, although all else is well",
      [...live(1, "a"), ["applyFinished", run(1, "a", { result: ApplyResult.UNCHANGED, parked: [parked] })]],
      "PruneBudget",
    ],
    ["is the render failure", [...live(1, "a"), ["renderFailed", renderFailed(2, "b")]], "YamlRefused"],
    ["is the hold of the source", [...live(1, "a"), ["sourceCondition", held()]], "HistoryRewritten"],
    [
      "is the newest of several",
      [...live(1, "a"), ["sourceCondition", held()], ["renderFailed", renderFailed(60, "b")]],
      "YamlRefused",
    ],
    [
      "ends with the hold",
      [...live(1, "a"), ["sourceCondition", held()], ["sourceCondition", { ...held(), hold: undefined }]],
      undefined,
    ],
  ])("%s", (_, steps, code) => expect(after(...steps)?.reason?.code).toBe(code));

  const overtaken = run(1, "a", {
    result: ApplyResult.SUPERSEDED,
    reason: { code: "Superseded", message: "the unit has been given a newer version than this", remedy: "nothing" },
  });
  it("says why what waits was not written by the run that was overtaken, until another run ends", () => {
    const waits = after(...live(1, "a").slice(0, 3), ["applyFinished", overtaken]);
    expect(waits?.reason).toMatchObject({
      code: "Pending",
      message: expect.stringMatching(/is rendered and not applied: the unit has been given a newer version than this$/),
    });
    expect(after(...live(1, "a").slice(0, 3), ["applyFinished", overtaken], ...live(2, "b"))?.reason).toBeUndefined();
  });
});

describe("a declared unit", () => {
  const declared = (cluster: string) => ({ cluster, app: "web", declared: { repository: "shop", path: "apps/web" } });
  const statusAfter = (rows: readonly ReturnType<typeof declared>[], ...steps: readonly Step[]) => {
    const projection = createProjection(() => new Date(0));
    projection.declare(rows);
    for (const [flow, fact] of steps) projection.fold(flows[flow].type, fact);
    return projection.keys().map((key) => projection.status(key));
  };

  it.each<readonly [string, readonly Step[], string, string]>([
    ["waits for its repository", [], "Pending", "Repository shop has not been read yet"],
    [
      "waits for its first render",
      [["commitObserved", observed(1, "a")]],
      "Pending",
      "its first render, of aaaaaaa, is not finished",
    ],
    [
      "says why its repository cannot be read",
      [["sourceCondition", { ...held(), hold: undefined, error: { code: "AuthFailed", message: "no", remedy: "" } }]],
      "AuthFailed",
      "no",
    ],
  ])("is listed before anything was made of it, and %s", (_, steps, code, message) =>
    expect(statusAfter([declared("prod-eu")], ...steps)).toMatchObject([
      { unit: { app: "web", cluster: "prod-eu" }, sync: Sync.UNKNOWN, source: "shop", reason: { code, message } },
    ]),
  );

  it("is listed without a cluster where none matches", () =>
    expect(statusAfter([declared("")])).toMatchObject([{ unit: { cluster: "" }, reason: { code: "NoTarget" } }]));

  it("keeps its own reason although nobody watches its cluster yet", () => {
    const projection = createProjection(() => new Date(0));
    projection.declare([declared("prod-eu")]);
    const reason = { code: "Unobserved", message: "nobody", remedy: "" };
    projection.doubtCluster("prod-eu", { reason, since: at(1) });
    expect(projection.status(unitKey("prod-eu", "web"))?.reason?.code).toBe("Pending");
    projection.doubtAll({ reason: { ...reason, code: "BusUnavailable" }, since: at(1) });
    expect(projection.status(unitKey("prod-eu", "web"))?.reason?.code).toBe("BusUnavailable");
  });

  it("is not listed any more once its declaration is gone", () => {
    const projection = createProjection(() => new Date(0));
    projection.declare([declared("prod-eu")]);
    projection.declare([]);
    expect(projection.keys()).toEqual([]);
  });
});

describe("a unit", () => {
  it("is unknown until a fact names it", () => expect(after()).toBeUndefined());

  it("is listed when its first render failed", () =>
    expect(after(["renderFailed", renderFailed(1, "a")])).toMatchObject({
      sync: Sync.UNKNOWN,
      health: Health.UNKNOWN,
      revision: "",
      reason: { code: "YamlRefused" },
    }));

  it("stays listed while it is being removed, and then is gone", () => {
    const removed = desired(2, "b", { removed: true, digest: "" });
    expect(after(...live(1, "a"), ["desiredStateChanged", removed])).toBeDefined();
    const done = run(2, "b", { result: ApplyResult.REMOVED });
    expect(after(...live(1, "a"), ["desiredStateChanged", removed], ["applyFinished", done])).toBeUndefined();
  });

  it("is told of for an hour after its removal, with what became of its objects", () => {
    const projection = createProjection(() => new Date(0));
    const done = run(2, "b", { result: ApplyResult.REMOVED, deleted: 3, endedAt: at(9) });
    projection.fold(flows.desiredStateChanged.type, desired(2, "b", { removed: true, digest: "" }));
    projection.fold(flows.applyFinished.type, done);
    const after = (minutes: number) => new Date(at(9).getTime() + minutes * 60_000);
    expect(removedUnits(projection.records(), after(59))).toMatchObject([{ unit: { app: "web" }, deleted: 3 }]);
    expect(removedUnits(projection.records(), after(61))).toEqual([]);
  });

  it("keeps the time its content went live through a correction", () => {
    const corrected = run(1, "a", { result: ApplyResult.CORRECTED, endedAt: at(59) });
    expect(after(...live(1, "a"), ["applyFinished", corrected])?.liveSince).toEqual(run(1, "a").endedAt);
  });

  it("names the contest that a correction told of, while drift is open again", () => {
    const reason = { code: "Fight", message: "evenkeel and kubectl-edit", remedy: "stop the other writer" };
    const cause = { result: ApplyResult.CORRECTED, applyCause: ApplyCause.DRIFT, reason };
    const told = [...live(1, "a"), ["applyFinished", run(1, "a", cause)]] as const satisfies readonly Step[];
    expect(after(...told)?.reason).toBeUndefined();
    expect(after(...told, ["driftDetected", drift(1, "a", "2")])?.reason).toMatchObject({ code: "Fight" });
  });

  it("takes what is live from its inventory when the last run that is kept failed", () => {
    const projection = createProjection(() => new Date(0));
    projection.fold(flows.desiredStateChanged.type, desired(2, "b"));
    projection.fold(flows.applyFinished.type, run(2, "b", { result: ApplyResult.FAILED }));
    projection.foldInventory("prod-eu", "web", story.inventory(1, "a"));
    const status = projection.status(unitKey("prod-eu", "web"));
    expect(status).toMatchObject({ revision: sha("a"), digest: digestOf("a"), sync: Sync.OUT_OF_SYNC });
    projection.forget("APPLIED");
    expect(projection.status(unitKey("prod-eu", "web"))?.revision).toBe(sha("a"));
  });

  it("counts the drift that is still open when only its end is kept", () => {
    const open = { ...resolved("1"), stillOpen: 2 };
    expect(after(...live(1, "a"), ["driftResolved", open])).toMatchObject({ drift: 2, sync: Sync.OUT_OF_SYNC });
  });

  it("is forgotten with the stream that told of it", () => {
    const projection = createProjection(() => new Date(0));
    for (const [flow, fact] of live(1, "a")) projection.fold(flows[flow].type, fact);
    projection.forget("HEALTH");
    expect(projection.status(unitKey("prod-eu", "web"))?.sync).toBe(Sync.UNKNOWN);
    projection.forget("DESIRED");
    expect(projection.keys()).toEqual([]);
  });
});

it("claims a commit after a while though a touched unit has no answer any more", () => {
  const waiting: (() => void)[] = [];
  const projection = createProjection(
    () => new Date(0),
    (_ms, go) => waiting.push(go),
  );
  for (const [flow, fact] of live(1, "a")) projection.fold(flows[flow].type, fact);
  projection.fold(flows.commitPlanned.type, { ...planned(2, "b"), touched: 1 });
  const revision = (): string | undefined => projection.status(unitKey("prod-eu", "web"))?.revision;
  expect(revision()).toBe(sha("a"));
  for (const go of waiting) go();
  expect(revision()).toBe(sha("b"));
});

describe("warnings of a render", () => {
  const warnings = ["app/a.yaml:1: Job a with argocd.argoproj.io/hook: PreSync: it is applied with the rest"];
  it("stand in the status of a unit that is otherwise well, until a newer render has none", () => {
    const steps: readonly Step[] = [...live(1, "a"), ["desiredStateChanged", { ...desired(1, "a"), warnings }]];
    expect(after(...steps)?.warnings).toEqual(warnings);
    expect(after(...steps, ["desiredStateChanged", desired(2, "b")])?.warnings).toEqual([]);
  });
});

const none = emptyUnit("prod-eu", "web");
const declared = { repository: "declared", path: "apps/web" };

it.each<readonly [string, UnitRecord, string]>([
  ["nothing, where nothing is known", none, ""],
  ["what it is declared to be made from", { ...none, declared }, "declared"],
  ["what it was asked to be made from", { ...none, declared, asked: story.renderRequested(1, "a") }, "shop"],
  ["what its failure was made from", { ...none, declared, problem: renderFailed(1, "a") }, "shop"],
  [
    "what its desired was made from, first",
    { ...none, declared, desired: desired(1, "a", { source: "old" }), problem: renderFailed(2, "b") },
    "old",
  ],
])("a unit is made from %s", (_title, unit, source) => expect(sourceOf(unit)).toBe(source));

describe("a unit is listed", () => {
  const gone = desired(2, "b", { removed: true, digest: "" });
  const objects = story.inventory(1, "a").items;
  it.each<readonly [string, boolean, UnitRecord]>([
    ["not where only its objects are known", false, { ...none, objects }],
    ["where it is declared", true, { ...none, declared }],
    ["where it is desired", true, { ...none, desired: desired(1, "a") }],
    ["where it failed", true, { ...none, problem: renderFailed(1, "a") }],
    ["while objects of it are left", true, { ...none, desired: gone, objects }],
    ["not where it was removed and nothing is left", false, { ...none, desired: gone }],
    [
      "not where its removal has ended, whatever its inventory still says",
      false,
      { ...none, desired: gone, objects, run: run(2, "b", { result: ApplyResult.REMOVED }) },
    ],
  ])("%s: %s", (_title, listed, unit) => expect(isListed(unit)).toBe(listed));
});

it("units that are no more are told of the newest first, and none that is back or whose end nobody knows", () => {
  const ended = (app: string, second: number | undefined, change: Partial<UnitRecord> = {}): UnitRecord => ({
    ...emptyUnit("prod-eu", app),
    desired: desired(2, "b", { unit: story.unit(app), removed: true }),
    run: run(2, "b", { result: ApplyResult.REMOVED, endedAt: second === undefined ? undefined : at(second) }),
    ...change,
  });
  const units = [ended("a", 5), ended("b", 9), ended("back", 9, { declared }), ended("when", undefined), none];
  expect(removedUnits(units, at(10)).map(({ unit }) => unit?.app)).toEqual(["b", "a"]);
});
