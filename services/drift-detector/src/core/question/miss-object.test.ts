import { formatRef } from "@evenkeel/words";
import type { ApiErrorClass } from "@evenkeel/words";
import { describe, expect, test } from "vitest";

import { idle, inRun, jobAt, rendered, saysGone, states } from "../track-object.fixture.ts";
import { isTransient } from "./is-transient.ts";
import { answerCheck, answerEnding, check, lastSeenOf, miss } from "./miss-object.ts";
import type { Answer, Moment } from "../object/object-event.ts";
import type { Checking, Ending, ObjectState } from "../object/object-state.ts";

const synced = states["in sync"];
const checking = states.checking;
const question = checking.question as Checking;
const answered = (answer: Answer, at: Moment = idle, before: ObjectState = checking, asked = question) =>
  answerCheck(before, asked, answer, at);
const refusedAs = (errorClass: ApiErrorClass): Answer => ({
  kind: "refused",
  refusal: { errorClass, message: "no", retryAfterMs: undefined },
  isHanging: false,
  anew: undefined,
});

describe("what was last seen of an object", () => {
  const before = { ...idle, endedBefore: new Set(["u"]) };
  const ending = (uid: string, state: "ended" | "going-on" | "unseen") => ({ ...synced, ending: { uid, state } });
  test.each<readonly [string, ObjectState, Moment, string]>([
    ["is its end", ending("u", "ended"), idle, "ended"],
    ["is that it ran, whatever was told before a restart", ending("u", "going-on"), before, "going-on"],
    ["is not that of another one by that name", ending("v", "ended"), idle, "unseen"],
    ["is what was told before a restart, where it was not seen since", ending("u", "unseen"), before, "ended"],
    ["is nothing where nothing was told", ending("u", "unseen"), idle, "unseen"],
    ["is nothing without a record of ours", { ...ending("", "ended"), record: undefined }, idle, "unseen"],
  ])("%s", (_title, state, at, seen) => expect(lastSeenOf(state, at)).toBe(seen));
});

describe("an object that left", () => {
  test.each<readonly [string, ObjectState, Moment, readonly string[]]>([
    ["is asked about", synced, idle, ["ask"]],
    ["is not asked about in a run", synced, inRun, []],
    ["is not asked about where it is not wanted", states.surplus, idle, []],
    ["has ended already: nothing is asked", states.done, idle, []],
  ])("%s", (_title, before, at, effects) => {
    expect(miss(before, undefined, at).effects.map(({ kind }) => kind)).toEqual(effects);
  });

  test("has no health, no clock, and no question that was open", () => {
    const waiting = { object: jobAt(10, "git"), seen: idle.now };
    const { effects, state } = miss({ ...states.asking, waiting }, undefined, inRun);
    expect(state).toMatchObject({
      sight: { kind: "gone" },
      health: undefined,
      waiting: undefined,
      question: undefined,
    });
    expect(effects).toEqual([{ kind: "health-in", ms: undefined }]);
  });

  test.each([
    ["in its last state, which says how it ended", jobAt(11, "git", { ended: true }), "ended"],
    ["in its last state, which says that it ran", jobAt(11, "git"), "going-on"],
    ["unseen: it ran when it was last seen, and may have ended since", undefined, "unseen"],
  ])("%s", (_title, last, state) => {
    expect(miss(synced, last, idle).state.ending).toEqual({ uid: "u", state });
  });

  test("unseen after its end was seen has ended", () => {
    const ended: ObjectState = { ...synced, ending: { uid: "u", state: "ended" } };
    expect(miss(ended, undefined, idle).state.ending.state).toBe("ended");
  });
});

describe("the question whether it is gone", () => {
  test("is begun by a read", () => {
    expect(check(synced).effects).toMatchObject([{ kind: "ask", ask: { kind: "read" } }]);
  });

  const classes: Readonly<Record<ApiErrorClass, boolean>> = {
    CONFLICT: false,
    STALE: true,
    INVALID: false,
    TRANSIENT: true,
    THROTTLED: true,
    DENIED: false,
    KIND_UNKNOWN: false,
    NAMESPACE_MISSING: false,
    NOT_FOUND: false,
    NAMESPACE_TERMINATING: false,
    QUOTA: false,
    FORBIDDEN: false,
    AUTH: false,
    TOO_LARGE: false,
    LEGACY: false,
    GONE: false,
    TLS: false,
    PROTOCOL: true,
    UNIDENTIFIED: false,
    CUT_SHORT: false,
  };
  test.each(Object.entries(classes))("is asked again a little later where the server says %s: %s", (name, again) => {
    const errorClass = name as ApiErrorClass;
    expect(isTransient(errorClass)).toBe(again);
    const { effects, state } = answered(refusedAs(errorClass));
    expect(effects).toContainEqual(
      again ? { kind: "ask", turn: question.turn, ask: { kind: "pause", ms: 1_000 } } : { kind: "tell" },
    );
    expect(state.finding?.verdict).toBe(again ? undefined : "UNVERIFIABLE");
  });

  test("is asked again for as long as it takes, at most half a minute apart", () => {
    const late = { ...question, tries: 100 };
    expect(answered(refusedAs("TRANSIENT"), idle, checking, late)).toMatchObject({
      state: { question: { tries: 101 } },
      effects: [{ ask: { kind: "pause", ms: 30_000 } }],
    });
  });

  test.each<readonly [string, Answer]>([
    ["is not there", { kind: "read", object: undefined }],
    ["is there", { kind: "read", object: jobAt(40, "git") }],
    ["is done as Git says", saysGone("done")],
    ["is missed on the same cluster", { kind: "same-cluster" }],
  ])("is dropped in a run, though it %s: it is looked at when that is over", (_title, answer) => {
    const step = answered(answer, inRun);
    expect(step).toEqual({ state: { ...checking, question: undefined }, effects: [] });
  });

  test.each<readonly [string, Answer]>([
    ["caught up", { kind: "caught-up" }],
    ["another form", { kind: "other-form" }],
    ["no form", { kind: "no-form" }],
    ["merged", { kind: "merged", body: rendered, dry: rendered, current: undefined }],
  ])("takes no answer of another question: %s", (_title, answer) => {
    expect(answered(answer)).toEqual({ state: checking, effects: [] });
  });

  test.each([
    ["as well as what ends well", {}, idle, "Healthy"],
    ["as it failed", { lastHealth: { status: "Degraded", reason: "", message: "no" } } as const, idle, "Degraded"],
    [
      "as it was told to have failed before a restart",
      {},
      { ...idle, degradedBefore: new Map([[formatRef(checking.ref), "no"]]) },
      "Degraded",
    ],
  ])("ends with what is done: %s", (_title, change, at, status) => {
    expect(answered(saysGone("done"), at, { ...checking, ...change }).state).toMatchObject({
      sight: { kind: "done" },
      health: { status },
      isVerified: true,
    });
  });
});

describe("the question whether a deletion is drift", () => {
  const { ending } = states;
  const asked = ending.question as Ending;
  const after = (answer: Answer, state: ObjectState = ending) => answerEnding(state, asked, answer, idle);
  test.each<readonly [string, Answer, string | undefined]>([
    ["is answered by what is declared done", saysGone("done"), undefined],
    ["is answered by what is to be restored", saysGone("restore"), "TERMINATING"],
    ["is in doubt where nobody can read that", { kind: "failed" }, "UNVERIFIABLE"],
    ["is in doubt where the server refuses, for now or for good", refusedAs("TRANSIENT"), "UNVERIFIABLE"],
  ])("%s", (_title, answer, verdict) => {
    const { state } = after(answer);
    expect([state.finding?.verdict, state.question]).toEqual([verdict, undefined]);
  });

  test.each<readonly [string, Partial<ObjectState>]>([
    ["it was seen anew meanwhile", { sight: { kind: "kept", object: jobAt(13, "git"), version: "13" } }],
    ["it went meanwhile", { sight: { kind: "gone" } }],
  ])("is dropped where %s", (_title, change) => {
    const state = { ...ending, ...change };
    expect(after(saysGone("restore"), state)).toEqual({ state: { ...state, question: undefined }, effects: [] });
  });

  test("takes no answer of another question", () => {
    expect(after({ kind: "same-cluster" })).toEqual({ state: ending, effects: [] });
  });
});
