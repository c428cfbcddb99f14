import { describe, expect, test } from "vitest";

import type { Moment } from "./object/object-event.ts";
import type { ObjectState } from "./object/object-state.ts";
import {
  happen,
  idle,
  inRun,
  isAnswer,
  itemAt,
  jobAt,
  merged,
  refused,
  rendered,
  saysGone,
  states,
} from "./track-object.fixture.ts";
import type { Happening } from "./track-object.fixture.ts";
import { step } from "./track-object.ts";
import type { Effect } from "./track-object.ts";

const happenings: Readonly<Record<string, readonly [Happening, Moment?]>> = {
  "recorded the same": [{ kind: "recorded", item: itemAt(10) }],
  "recorded anew": [{ kind: "recorded", item: itemAt(20) }],
  "not desired any more": [{ kind: "recorded", item: itemAt(10, new Date(0)) }],
  "seen as recorded": [{ kind: "seen", object: jobAt(10, "git") }],
  "seen with nothing of ours changed": [{ kind: "seen", object: jobAt(30, "git") }],
  "seen changed": [{ kind: "seen", object: jobAt(30, "hand") }],
  "seen changed in a run": [{ kind: "seen", object: jobAt(30, "hand") }, inRun],
  "seen another by that name": [{ kind: "seen", object: jobAt(30, "git", { uid: "v" }) }],
  "seen in deletion": [{ kind: "seen", object: jobAt(30, "git", { deleted: true }) }],
  left: [{ kind: "left", last: undefined }],
  "left in a run": [{ kind: "left", last: undefined }, inRun],
  listed: [{ kind: "listed" }],
  look: [{ kind: "look" }],
  "look in a run": [{ kind: "look" }, inRun],
  redeclared: [{ kind: "redeclared" }],
  "a look is due": [{ kind: "look-due" }],
  "health is due": [{ kind: "health-due" }],
  "caught up": [{ kind: "caught-up" }],
  "caught up in a run": [{ kind: "caught-up" }, inRun],
  "merged: equal": [merged(jobAt(11, "git"))],
  "merged: drift": [merged(jobAt(11, "hand"))],
  "merged: drift, in a run": [merged(jobAt(11, "hand")), inRun],
  "merged: moved": [merged(jobAt(11, "hand"), 12)],
  "merged: not there": [merged(undefined)],
  "refused for now": [refused("TRANSIENT")],
  "refused for good": [refused("FORBIDDEN")],
  "another form": [{ kind: "other-form" }],
  "no form": [{ kind: "no-form" }],
  "read: there": [{ kind: "read", object: jobAt(40, "git") }],
  "read: not there": [{ kind: "read", object: undefined }],
  "read in a run": [{ kind: "read", object: undefined }, inRun],
  "Git says done": [saysGone("done")],
  "Git says restore": [saysGone("restore")],
  "the same cluster": [{ kind: "same-cluster" }],
  paused: [{ kind: "paused" }],
  "the store is away": [{ kind: "failed" }],
};

/** What is known of it, what it waits for, and what is open, in words. */
const wordsOf = ({ sight, isVerified, isDesired, question, finding }: ObjectState): string =>
  [
    isDesired ? "" : "surplus",
    sight.kind,
    isVerified ? "verified" : "",
    question === undefined ? "" : `${question.kind}?`,
    finding?.verdict ?? "",
  ]
    .filter((word) => word !== "")
    .join(" ");
const effectOf = (effect: Effect): string => {
  if (effect.kind === "ask") return effect.ask.kind;
  if (effect.kind === "look-in") return effect.ms === undefined ? "no look" : `look in ${effect.ms}`;
  return effect.kind;
};

/** What becomes of each state, and what is to be done; whatever is not named leaves it as it is. */
const table: Readonly<Record<keyof typeof states, Readonly<Record<string, string>>>> = {
  unrecorded: {
    "recorded the same": "unseen",
    "recorded anew": "unseen",
    "not desired any more": "surplus unseen",
    "seen as recorded": "kept: tell",
    "seen with nothing of ours changed": "kept: tell",
    "seen changed": "kept: tell",
    "seen changed in a run": "kept: tell",
    "seen another by that name": "kept: tell",
    "seen in deletion": "kept: tell",
    left: "gone check?: read",
    "left in a run": "gone",
  },
  unseen: {
    "recorded the same": "unseen",
    "recorded anew": "unseen",
    "not desired any more": "surplus unseen",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    listed: "gone check?: read",
  },
  parked: {
    "recorded the same": "kept verified",
    "recorded anew": "kept",
    "not desired any more": "surplus kept verified",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept verified: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    look: "kept confirm?: catch-up",
    "look in a run": "kept verified",
  },
  "in sync": {
    "recorded the same": "let-go verified",
    "recorded anew": "let-go",
    "not desired any more": "surplus let-go verified",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept verified: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    look: "let-go verified: tell",
  },
  awaited: {
    "recorded the same": "let-go verified: tell",
    "recorded anew": "let-go",
    "not desired any more": "surplus let-go verified: tell",
    "seen as recorded": "let-go: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
  },
  confirming: {
    "recorded the same": "kept confirm?",
    "recorded anew": "kept confirm?",
    "not desired any more": "surplus kept confirm?",
    "seen as recorded": "let-go verified confirm?: tell",
    "seen with nothing of ours changed": "let-go verified confirm?: tell",
    "seen changed": "kept confirm?: tell",
    "seen changed in a run": "kept confirm?: tell",
    "seen another by that name": "kept confirm?: tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    look: "kept confirm?",
    "look in a run": "kept confirm?",
    "caught up": "kept confirm?: dry-run",
    "caught up in a run": "kept",
    "another form": "kept",
    "no form": "kept UNVERIFIABLE: look in 1000, tell",
    paused: "kept confirm?: catch-up",
    "the store is away": "kept UNVERIFIABLE: look in 1000, tell",
  },
  asking: {
    "recorded the same": "kept confirm?",
    "recorded anew": "kept confirm?",
    "not desired any more": "surplus kept confirm?",
    "seen as recorded": "let-go verified confirm?: tell",
    "seen with nothing of ours changed": "let-go verified confirm?: tell",
    "seen changed": "kept confirm?: tell",
    "seen changed in a run": "kept confirm?: tell",
    "seen another by that name": "kept confirm?: tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    look: "kept confirm?",
    "look in a run": "kept confirm?",
    "caught up": "kept confirm?: dry-run",
    "caught up in a run": "kept",
    "merged: equal": "let-go verified: tell",
    "merged: drift": "kept DRIFT: tell",
    "merged: drift, in a run": "kept",
    "merged: moved": "kept confirm?: catch-up",
    "merged: not there": "gone check?: read",
    "refused for now": "kept confirm?: pause",
    "refused for good": "kept UNVERIFIABLE: look in 1000, tell",
    "another form": "kept",
    "no form": "kept UNVERIFIABLE: look in 1000, tell",
    paused: "kept confirm?: catch-up",
    "the store is away": "kept UNVERIFIABLE: look in 1000, tell",
  },
  found: {
    "recorded the same": "kept DRIFT",
    "recorded anew": "kept DRIFT",
    "not desired any more": "surplus kept DRIFT",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept DRIFT: tell",
    "seen changed in a run": "kept DRIFT: tell",
    "seen another by that name": "kept confirm? DRIFT: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check? DRIFT: read",
    "left in a run": "gone DRIFT",
    look: "kept DRIFT",
    "look in a run": "kept DRIFT",
  },
  doubted: {
    "recorded the same": "kept UNVERIFIABLE",
    "recorded anew": "kept UNVERIFIABLE",
    "not desired any more": "surplus kept UNVERIFIABLE",
    "seen as recorded": "let-go verified: no look, tell",
    "seen with nothing of ours changed": "let-go verified: no look, tell",
    "seen changed": "kept UNVERIFIABLE: tell",
    "seen changed in a run": "kept UNVERIFIABLE: tell",
    "seen another by that name": "kept confirm? UNVERIFIABLE: catch-up, tell",
    "seen in deletion": "kept TERMINATING: no look, tell",
    left: "gone check? UNVERIFIABLE: read",
    "left in a run": "gone UNVERIFIABLE",
    look: "kept UNVERIFIABLE",
    "look in a run": "kept UNVERIFIABLE",
    "a look is due": "kept confirm? UNVERIFIABLE: catch-up",
  },
  "in deletion": {
    "recorded the same": "kept TERMINATING",
    "recorded anew": "kept TERMINATING: tell",
    "not desired any more": "surplus kept TERMINATING",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm? TERMINATING: catch-up, tell",
    "seen changed in a run": "kept TERMINATING: tell",
    "seen another by that name": "kept confirm? TERMINATING: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check? TERMINATING: read",
    "left in a run": "gone TERMINATING",
    look: "kept TERMINATING: tell",
    "look in a run": "kept TERMINATING",
  },
  ending: {
    "recorded the same": "kept verified ending?",
    "recorded anew": "kept ending?: read-rules",
    "not desired any more": "surplus kept verified ending?",
    "seen as recorded": "kept verified ending?: tell",
    "seen with nothing of ours changed": "let-go verified ending?: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept verified ending?: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    look: "kept verified ending?: read-rules",
    "look in a run": "kept verified ending?",
    "refused for now": "kept UNVERIFIABLE: look in 1000, tell",
    "refused for good": "kept UNVERIFIABLE: look in 1000, tell",
    "Git says done": "let-go verified: tell",
    "Git says restore": "kept TERMINATING: tell",
    "the store is away": "kept UNVERIFIABLE: look in 1000, tell",
  },
  "gone in a run": {
    "recorded the same": "gone",
    "recorded anew": "gone check?: read",
    "not desired any more": "surplus gone",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    listed: "gone check?: read",
    look: "gone check?: read",
    "look in a run": "gone",
  },
  checking: {
    "recorded the same": "gone check?",
    "recorded anew": "gone check?: read",
    "not desired any more": "surplus gone check?",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check?: read",
    "left in a run": "gone",
    listed: "gone check?: read",
    look: "gone check?: read",
    "look in a run": "gone",
    "refused for now": "gone check?: pause",
    "refused for good": "gone UNVERIFIABLE: look in 1000, tell",
    "read: there": "let-go verified: tell",
    "read: not there": "gone check?: read-rules",
    "read in a run": "gone",
    "Git says done": "done verified: tell",
    "Git says restore": "gone check?: name-cluster",
    "the same cluster": "gone MISSING: tell",
    paused: "gone check?: read",
    "the store is away": "gone UNVERIFIABLE: look in 1000, tell",
  },
  missing: {
    "recorded the same": "gone MISSING",
    "recorded anew": "gone check? MISSING: read",
    "not desired any more": "surplus gone MISSING",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm? MISSING: catch-up, tell",
    "seen changed in a run": "kept MISSING: tell",
    "seen another by that name": "kept confirm? MISSING: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    left: "gone check? MISSING: read",
    "left in a run": "gone MISSING",
    listed: "gone check? MISSING: read",
    look: "gone check? MISSING: read",
    "look in a run": "gone MISSING",
  },
  done: {
    "recorded the same": "done verified",
    "recorded anew": "gone check?: read",
    "not desired any more": "surplus done verified",
    "seen as recorded": "let-go verified: tell",
    "seen with nothing of ours changed": "let-go verified: tell",
    "seen changed": "kept confirm?: catch-up, tell",
    "seen changed in a run": "kept verified: tell",
    "seen another by that name": "kept confirm?: catch-up, tell",
    "seen in deletion": "kept TERMINATING: tell",
    redeclared: "gone check?: read",
  },
  surplus: {
    "recorded the same": "kept confirm?: catch-up",
    "recorded anew": "kept",
    "not desired any more": "surplus kept",
    "seen as recorded": "surplus kept: tell",
    "seen with nothing of ours changed": "surplus kept: tell",
    "seen changed": "surplus kept: tell",
    "seen changed in a run": "surplus kept: tell",
    "seen another by that name": "surplus kept: tell",
    "seen in deletion": "surplus kept: tell",
    left: "surplus gone",
    "left in a run": "surplus gone",
    look: "surplus kept",
    "look in a run": "surplus kept",
  },
};

/** Of no interest here: clocks and counters. */
const UNTOLD: ReadonlySet<string> = new Set(["health-in", "measure", "count"]);

describe.each(Object.entries(states))("an object that is %s", (name, state) => {
  const row = table[name as keyof typeof states];

  test.each(Object.entries(happenings))("%s", (what, [happening, at = idle]) => {
    const next = happen(state, happening, at);
    const effects = next.effects.map(effectOf).filter((effect) => !UNTOLD.has(effect));
    const words = [wordsOf(next.state), ...(effects.length === 0 ? [] : [effects.join(", ")])].join(": ");
    if (row[what] !== undefined) return expect(words).toBe(row[what]);
    expect(next).toEqual({ state, effects: [] });
  });

  test("takes no notice of an answer to an earlier question", () => {
    for (const [happening] of Object.values(happenings)) {
      if (!isAnswer(happening)) continue;
      const late = step(state, { kind: "answer", turn: state.turn - 1, answer: happening }, idle);
      expect(late).toEqual({ state, effects: [] });
    }
  });
});

describe("a candidate", () => {
  const finding = (state: ObjectState) => state.finding;

  test("is told with what differs, since its event", () => {
    expect(finding(states.found)).toMatchObject({
      verdict: "DRIFT",
      uid: "u",
      resourceVersion: "11",
      onset: idle.now,
      differences: [{ path: "spec.a", desired: '"git"', live: '"hand"' }],
    });
  });

  test("that was in doubt before began when the doubt did", () => {
    const later: Moment = { ...idle, now: new Date(idle.now.getTime() + 60_000) };
    const again = happen(states.doubted, { kind: "look-due" }, later).state;
    const asked = happen(again, { kind: "caught-up" }, later).state;
    expect(happen(asked, merged(jobAt(11, "hand")), later).state.finding).toMatchObject({
      verdict: "DRIFT",
      onset: idle.now,
    });
  });

  test("is asked about again after what was seen meanwhile", () => {
    const seen = happen(states.asking, { kind: "seen", object: jobAt(12, "hand") }, idle).state;
    const answered = happen(seen, merged(jobAt(11, "git")), idle);
    expect(wordsOf(answered.state)).toBe("kept confirm?");
    expect(answered.effects.map(effectOf)).toEqual(["catch-up"]);
  });

  test("whose record changed meanwhile is judged anew", () => {
    const recorded = happen(states.asking, { kind: "recorded", item: itemAt(11) }, idle).state;
    const answered = happen(recorded, merged(jobAt(11, "hand")), idle);
    expect(answered.state.finding).toBeUndefined();
  });

  test.each([
    [
      "restless when it moves with every question",
      merged(jobAt(11, "hand"), 12),
      6,
      "it changes faster than it can be read",
    ],
    ["refused when the server does not answer", refused("TRANSIENT"), 6, "the dry-run was refused: no"],
    ["refused at once by a server that says no", refused("FORBIDDEN"), 1, "the dry-run was refused: no"],
    ["refused at the second hang in a row", refused("TRANSIENT", true), 2, "the dry-run was refused: no"],
  ])("is in doubt: %s", (_title, answer, asks, detail) => {
    let state: ObjectState = states.asking;
    const waits: number[] = [];
    for (let n = 1; n < asks; n += 1) {
      const next = happen(state, answer, idle);
      for (const effect of next.effects)
        if (effect.kind === "ask" && effect.ask.kind === "pause") waits.push(effect.ask.ms);
      state = happen(next.state, { kind: "caught-up" }, idle).state;
      expect(state.finding).toBeUndefined();
    }
    state = happen(state, answer, idle).state;
    expect(state.finding).toMatchObject({ verdict: "UNVERIFIABLE", detail });
    expect(waits).toEqual([1_000, 2_000, 3_000, 4_000, 5_000].slice(0, waits.length));
  });

  test("that the server calls invalid is drift where a fresh one would be another", () => {
    const anew = { body: rendered, made: jobAt(0, "git") };
    const answer = { ...refused("INVALID"), anew } as Happening;
    expect(happen(states.asking, answer, idle).state.finding).toMatchObject({
      verdict: "DRIFT",
      differences: [{ path: "spec.a" }],
    });
  });
});

test("what failed before it went has failed still", () => {
  const failed = jobAt(11, "git", { failed: true });
  const seen = happen(states["in sync"], { kind: "seen", object: failed }, idle).state;
  const left = happen(seen, { kind: "left", last: undefined }, idle).state;
  const read = happen(left, { kind: "read", object: undefined }, idle).state;
  expect(happen(read, saysGone("done"), idle).state).toMatchObject({
    sight: { kind: "done" },
    health: { status: "Degraded" },
  });
});

test.each([
  ["kubectl-edit", "human"],
  ["kube-controller-manager", "controller"],
  ["unknown", "unknown"],
])("drift by %s is counted as that of a %s", (manager, by) => {
  const live = jobAt(11, "hand");
  const theirs = {
    manager,
    operation: "Update",
    apiVersion: "batch/v1",
    time: "2026-11-30T00:00:01Z",
    fieldsType: "FieldsV1",
    fieldsV1: { "f:spec": { "f:a": {} } },
  };
  const { managedFields = [] } = live.metadata;
  const edited = { ...live, metadata: { ...live.metadata, managedFields: [...managedFields, theirs] } };
  const asked = happen(
    happen(states["in sync"], { kind: "seen", object: edited }, idle).state,
    { kind: "caught-up" },
    idle,
  );
  const { effects } = happen(asked.state, merged(edited), idle);
  expect(effects).toContainEqual({ kind: "count", by });
});

test("health that time alone ends is told when that time is over, and judged by itself until then", () => {
  const silent = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w", uid: "u" }, spec: {} };
  const after = (seconds: number): Moment => ({ ...idle, now: new Date(idle.now.getTime() + seconds * 1_000) });
  const seen = happen(states["in sync"], { kind: "seen", object: silent }, inRun);
  expect(seen.effects).toContainEqual({ kind: "health-in", ms: 30_000 });
  const early = happen(seen.state, { kind: "health-due" }, after(20));
  expect([early.state.health?.status, early.effects]).toEqual([
    "Progressing",
    [{ kind: "health-in", ms: 10_000 }, { kind: "tell" }],
  ]);
  const over = happen(early.state, { kind: "health-due" }, after(30));
  expect([over.state.health?.status, over.effects]).toEqual([
    "Healthy",
    [{ kind: "health-in", ms: undefined }, { kind: "tell" }],
  ]);
});
