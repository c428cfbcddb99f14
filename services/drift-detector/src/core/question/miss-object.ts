import type { Health } from "@evenkeel/health";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import { isDone } from "./is-done.ts";
import type { LastSeen } from "./is-done.ts";
import { isTransient } from "./is-transient.ts";
import { noteEnding } from "./note-ending.ts";
import { onward, quiet } from "../object/object-event.ts";
import type { Answer, Moment, Refusal, Step } from "../object/object-event.ts";
import type { Checking, Ending, ObjectState } from "../object/object-state.ts";
import { askOn, begin, doubt, found, settle } from "../object/settle.ts";

const UNREAD = "what is said about it could not be read";
const RETRY_MS = 1_000;
const LONGEST_MS = 30_000;

/** What was last seen of the object that our record is about. */
export const lastSeenOf = (
  { ending, record }: Pick<ObjectState, "ending" | "record">,
  { endedBefore }: Pick<Moment, "endedBefore">,
): LastSeen => {
  const uid = record?.uid ?? "";
  if (uid !== "" && ending.uid === uid && ending.state !== "unseen") return ending.state;
  return endedBefore.has(uid) ? "ended" : "unseen";
};

const GONE: Health = { status: "Healthy", reason: "Done", message: "it has ended and is gone" };

/** What failed before it went has failed still. */
const healthOfDone = ({ ref, lastHealth }: ObjectState, { degradedBefore }: Moment): Health => {
  if (lastHealth?.status === "Degraded") return lastHealth;
  const before = degradedBefore.get(formatRef(ref));
  return before === undefined ? GONE : { status: "Degraded", reason: "", message: before };
};

/** Asks the server whether it is really gone. */
export const check = (state: ObjectState): Step => begin(state, { kind: "check", tries: 0 }, { kind: "read" });

/** It left the watch's selection: missing, done, or only without its label. */
export const miss = (before: ObjectState, last: KubeObject | undefined, at: Moment): Step => {
  if (before.sight.kind === "done") return quiet(before);
  const isUnknown = last === undefined && before.ending.state === "going-on";
  const noted: ObjectState =
    last === undefined
      ? { ...before, ...(isUnknown ? { ending: { uid: before.record?.uid ?? "", state: "unseen" } } : {}) }
      : noteEnding(before, last, at.now);
  const state: ObjectState = {
    ...noted,
    sight: { kind: "gone" },
    isVerified: false,
    question: undefined,
    health: undefined,
    waiting: undefined,
    eventAt: before.eventAt ?? at.now,
  };
  const step = !at.isRunOpen && state.isDesired ? check(state) : quiet(state);
  return before.waiting === undefined
    ? step
    : { ...step, effects: [{ kind: "health-in", ms: undefined }, ...step.effects] };
};

const refused = (state: ObjectState, question: Checking, refusal: Refusal, at: Moment): Step => {
  if (!isTransient(refusal.errorClass)) return doubt(unasked(state), "refused", refusal.message, at);
  const ms = Math.min(LONGEST_MS, RETRY_MS * (question.tries + 1));
  return askOn(state, { ...question, tries: question.tries + 1 }, { kind: "pause", ms });
};

const unasked = (state: ObjectState): ObjectState => ({ ...state, question: undefined });

/** An answer about what is not to be seen. While a run is open nothing of that is judged: it is looked at when it is over. */
export const answerCheck = (state: ObjectState, question: Checking, answer: Answer, at: Moment): Step => {
  switch (answer.kind) {
    case "paused":
      return askOn(state, question, { kind: "read" });
    case "read":
      if (at.isRunOpen) return quiet(unasked(state));
      if (answer.object === undefined) return askOn(state, question, { kind: "read-rules" });
      return onward(unasked(state), { kind: "seen", object: answer.object });
    case "rules": {
      if (at.isRunOpen) return quiet(unasked(state));
      const isOver = isDone(state.ref, answer.desired, answer.rules, lastSeenOf(state, at));
      if (!isOver) return askOn(state, question, { kind: "name-cluster" });
      return settle({ ...unasked(state), sight: { kind: "done" }, health: healthOfDone(state, at) }, undefined, at);
    }
    case "same-cluster": {
      if (at.isRunOpen) return quiet(unasked(state));
      const gone: ObjectState = { ...unasked(state), sight: { kind: "gone" } };
      return settle(gone, found(gone, "MISSING", at), at);
    }
    case "refused":
      return refused(state, question, answer.refusal, at);
    case "failed":
      return doubt(unasked(state), "unread", UNREAD, at);
    case "caught-up":
    case "other-form":
    case "no-form":
    case "merged":
      return quiet(state);
  }
};

/** What Git says of an object that had ended and is being deleted. */
export const answerEnding = (state: ObjectState, { finding, live }: Ending, answer: Answer, at: Moment): Step => {
  if (answer.kind === "failed" || answer.kind === "refused") return doubt(unasked(state), "unread", UNREAD, at);
  if (answer.kind !== "rules") return quiet(state);
  if (state.sight.kind !== "kept" || state.sight.object !== live) return quiet(unasked(state));
  const isOver = isDone(state.ref, answer.desired, answer.rules, lastSeenOf(state, at));
  return settle(unasked(state), isOver ? undefined : finding, at);
};
