import { describe, expect, test } from "vitest";

import { idle, inRun, jobAt, merged, refused, states } from "../track-object.fixture.ts";
import { answerConfirm } from "./confirm-object.ts";
import type { Answer, Moment } from "../object/object-event.ts";
import type { Confirming, ObjectState } from "../object/object-state.ts";

const { asking, confirming } = states;
const question = asking.question as Confirming;
const answered = (answer: Answer, state: ObjectState = asking, asked = question, at: Moment = idle) =>
  answerConfirm(state, asked, answer, at);
const unowned = { ...jobAt(11, "git"), metadata: { ...jobAt(11, "git").metadata, managedFields: [] } };

describe("a candidate", () => {
  test("that the server keeps no owners of is in doubt until its next event", () => {
    const { effects, state } = answered({ kind: "merged", body: unowned, dry: unowned, current: unowned });
    expect(state.finding).toMatchObject({
      verdict: "UNVERIFIABLE",
      detail: "the server keeps no managedFields for us",
    });
    expect(effects[0]).toEqual({ kind: "look-in", ms: undefined });
  });

  test("is judged by what the server read, not by what was sent", () => {
    const { effects, state } = answered(merged(jobAt(12, "hand")));
    expect(effects).toContainEqual({ kind: "tell" });
    expect(state.finding?.resourceVersion).toBe("12");
  });

  test("that was seen anew while the server was asked is asked about once more", () => {
    const seen: ObjectState = { ...asking, sight: { kind: "kept", object: jobAt(12, "hand"), version: "12" } };
    expect(answered(merged(jobAt(11, "hand")), seen)).toMatchObject({
      state: { finding: undefined, question: { tries: question.tries + 1 } },
      effects: [{ ask: { kind: "catch-up" } }],
    });
  });

  test("that has moved too often is looked at after a pause, whatever was seen meanwhile", () => {
    const last = { ...question, tries: 5, isSeenAgain: true };
    const step = answered(merged(jobAt(11, "hand"), 12), asking, last);
    expect(step.state.finding).toMatchObject({ detail: "it changes faster than it can be read" });
    expect(step.next).toBeUndefined();
  });

  test.each([
    ["is judged next where it was seen again meanwhile", { ...question, isSeenAgain: true }, asking, { kind: "look" }],
    ["is not where it was not", question, asking, undefined],
    [
      "is not where it was let go meanwhile",
      { ...question, isSeenAgain: true },
      { ...asking, sight: states["in sync"].sight },
      undefined,
    ],
  ])("%s", (_title, asked, state, next) => {
    const step = answered({ kind: "other-form" }, state, asked);
    expect([step.next, step.state.question]).toEqual([next, undefined]);
  });

  test.each([
    ["after a second", undefined, 0, 1_000],
    ["later with each try", undefined, 3, 4_000],
    ["not before the server says", 9_000, 0, 9_000],
    ["not earlier because the server says so", 10, 1, 2_000],
  ])("that was refused for now is asked about again %s", (_title, retryAfterMs, tries, ms) => {
    const answer = refused("TRANSIENT");
    if (answer.kind !== "refused") throw new Error("it is refused");
    const later = { ...answer, refusal: { ...answer.refusal, retryAfterMs } };
    expect(answered(later, asking, { ...question, tries }).effects).toMatchObject([{ ask: { kind: "pause", ms } }]);
  });

  test("that hangs is remembered so, and no more once the server answers", () => {
    const hanging = answered(refused("TRANSIENT", true)).state;
    expect(hanging.isHanging).toBe(true);
    expect(answered(merged(jobAt(11, "git")), hanging).state.isHanging).toBe(false);
  });

  test.each<readonly [string, Partial<ObjectState>, Moment]>([
    ["in a run: what it was asked about is being written", {}, inRun],
    ["where it is not kept any more", { sight: { kind: "let-go", version: "11" } }, idle],
    ["without a record", { record: undefined }, idle],
  ])("is not asked about %s", (_title, change, at) => {
    const state = { ...confirming, ...change };
    const step = answered({ kind: "caught-up" }, state, confirming.question as Confirming, at);
    expect(step).toEqual({ state: { ...state, question: undefined }, effects: [] });
  });

  test.each<readonly [string, Answer]>([
    ["a dry-run that was not asked for", merged(jobAt(11, "hand"))],
    ["a refusal of what was not asked", refused("FORBIDDEN")],
    ["a read", { kind: "read", object: undefined }],
    ["rules", { kind: "rules", desired: undefined, rules: [] }],
    ["the name of the cluster", { kind: "same-cluster" }],
  ])("takes no answer to another question: %s", (_title, answer) => {
    expect(answered(answer, confirming, confirming.question as Confirming)).toEqual({ state: confirming, effects: [] });
  });
});
