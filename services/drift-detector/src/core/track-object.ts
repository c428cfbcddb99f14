import { answerConfirm } from "./question/confirm-object.ts";
import { answerCheck, answerEnding, miss } from "./question/miss-object.ts";
import { onward, quiet } from "./object/object-event.ts";
import type { Answer, Effect, Moment, ObjectEvent, Step } from "./object/object-event.ts";
import type { ObjectState } from "./object/object-state.ts";
import { record } from "./object/record-object.ts";
import { noteHealth, lookAgain, see } from "./object/see-object.ts";

export type { Ask, Effect, Moment, ObjectEvent } from "./object/object-event.ts";
export type { ObjectState } from "./object/object-state.ts";

/** Its place in the summary is known again by time alone. */
const healthDue = (state: ObjectState, { now }: Moment): Step => {
  if (state.waiting === undefined) return quiet(state);
  const judged = noteHealth(state, state.waiting.object, now);
  return { ...judged, effects: [...judged.effects, { kind: "tell" }] };
};

const lookDue = (state: ObjectState): Step =>
  state.finding?.verdict === "UNVERIFIABLE" && state.isDesired
    ? onward({ ...state, confirmedOn: "" }, { kind: "look" })
    : quiet(state);

/** A whole list, and it was not in it. */
const listed = (state: ObjectState): Step => {
  const isAbsent = state.sight.kind === "unseen" || state.sight.kind === "gone";
  return isAbsent && state.record !== undefined ? onward(state, { kind: "left", last: undefined }) : quiet(state);
};

const redeclared = (state: ObjectState): Step =>
  state.sight.kind === "done" ? onward({ ...state, sight: { kind: "gone" } }, { kind: "look" }) : quiet(state);

/** A late answer says nothing: what it was about has been asked anew, or is judged. */
const answered = (state: ObjectState, turn: number, answer: Answer, at: Moment): Step => {
  const { question } = state;
  if (question === undefined || question.turn !== turn) return quiet(state);
  switch (question.kind) {
    case "confirm":
      return answerConfirm(state, question, answer, at);
    case "check":
      return answerCheck(state, question, answer, at);
    case "ending":
      return answerEnding(state, question, answer, at);
  }
};

const take = (state: ObjectState, event: ObjectEvent, at: Moment): Step => {
  switch (event.kind) {
    case "recorded":
      return record(state, event.item);
    case "seen":
      return see(state, event.object, at);
    case "left":
      return miss(state, event.last, at);
    case "listed":
      return listed(state);
    case "look":
      return lookAgain(state, at);
    case "redeclared":
      return redeclared(state);
    case "look-due":
      return lookDue(state);
    case "health-due":
      return healthDue(state, at);
    case "answer":
      return answered(state, event.turn, event.answer, at);
  }
};

/** Takes one event of one object: how it stands then, and what the shell is to do, in this order; told once, at the end. */
export const step = (
  before: ObjectState,
  event: ObjectEvent,
  at: Moment,
): { readonly state: ObjectState; readonly effects: readonly Effect[] } => {
  let state = before;
  const effects: Effect[] = [];
  for (let next: ObjectEvent | undefined = event; next !== undefined;) {
    const taken: Step = take(state, next, at);
    state = taken.state;
    effects.push(...taken.effects);
    next = taken.next;
  }
  const others = effects.filter(({ kind }) => kind !== "tell");
  return { state, effects: others.length === effects.length ? others : [...others, { kind: "tell" }] };
};
