import { decideDrift, compareMadeAnew } from "@evenkeel/drift";
import type { DriftDecision } from "@evenkeel/drift";
import type { KubeObject } from "@evenkeel/resource";

import { isTransient } from "./is-transient.ts";
import type { Doubt } from "./next-look.ts";
import { onward, quiet } from "../object/object-event.ts";
import type { Answer, Moment, Step } from "../object/object-event.ts";
import { keptOf } from "../object/object-state.ts";
import type { Asked, Confirming, ObjectState } from "../object/object-state.ts";
import { ownText } from "../object/own-text.ts";
import { askOn, doubt, found, settle } from "../object/settle.ts";

const RETRY_MS = 1_000;
const RETRIES = 5;

type Sure = Exclude<DriftDecision, { readonly verdict: "REQUEUE" | "UNVERIFIABLE" }>;

/** What an answer of the server means for the object as it was asked about. */
type Word =
  | { readonly kind: "sure"; readonly confirmation: Sure }
  | { readonly kind: "in-doubt"; readonly why: Doubt; readonly because: string }
  /** It was another one when the server looked. */
  | { readonly kind: "moved" };

const restless: Word = { kind: "in-doubt", why: "restless", because: "it changes faster than it can be read" };

const wordOf = (confirmation: DriftDecision): Word => {
  if (confirmation.verdict === "REQUEUE") return { kind: "moved" };
  if (confirmation.verdict === "UNVERIFIABLE")
    return { kind: "in-doubt", why: "unowned", because: confirmation.reason };
  return { kind: "sure", confirmation };
};

type Refused = Extract<Answer, { readonly kind: "refused" }>;

/** The server calls the change invalid, and the values differ: that is drift like any other, whether it can be undone or not. */
const wordOfRefusal = ({ anew, refusal }: Refused, { live, record }: Asked): Word => {
  const differs = anew === undefined ? undefined : compareMadeAnew(record, anew, live);
  return differs === undefined
    ? { kind: "in-doubt", why: "refused", because: `the dry-run was refused: ${refusal.message}` }
    : { kind: "sure", confirmation: { verdict: "DRIFT", ...differs } };
};

/** The question is answered; a candidate that was seen meanwhile is judged next. */
const end = (question: Confirming, step: Step): Step => ({
  state: { ...step.state, question: undefined },
  effects: step.effects,
  ...(question.isSeenAgain && step.state.sight.kind === "kept" ? { next: { kind: "look" } } : {}),
});

const conclude = (before: ObjectState, question: Confirming, word: Exclude<Word, { kind: "moved" }>, at: Moment) => {
  const live = keptOf(before);
  const state = { ...before, confirmedOn: live === undefined ? "" : ownText(live, before, at.context) };
  if (word.kind === "in-doubt") return end(question, doubt(state, word.why, word.because, at));
  const { confirmation } = word;
  if (confirmation.verdict === "IN_SYNC")
    return end(question, settle({ ...state, record: confirmation.record }, undefined, at));
  const { verdict, ...rest } = confirmation;
  return end(question, settle(state, found(state, verdict, at, rest), at));
};

/** `judged` is what the word is about. */
const take = (state: ObjectState, question: Confirming, word: Word, judged: KubeObject, at: Moment): Step => {
  // The record or the run changed while the server was asked: judged anew.
  if (at.isRunOpen || state.record !== question.asked?.record)
    return onward({ ...state, question: undefined }, { kind: "look" });
  // An event came while the server was asked: its word is about what is not live any more.
  const isSeenAnew = keptOf(state)?.metadata.resourceVersion !== judged.metadata.resourceVersion;
  if (word.kind !== "moved" && !isSeenAnew) return conclude(state, question, word, at);
  // It is looked at again after a pause, whatever was seen meanwhile.
  if (question.tries >= RETRIES) return conclude(state, { ...question, isSeenAgain: false }, restless, at);
  return askOn(state, { ...question, tries: question.tries + 1 }, { kind: "catch-up" });
};

/** Now no write of ours is unknown: the server is asked, unless it is our turn to write. */
const ask = (state: ObjectState, question: Confirming, at: Moment): Step => {
  const { record, isHanging: wasHanging } = state;
  const live = keptOf(state);
  if (live === undefined || record === undefined || at.isRunOpen) return quiet({ ...state, question: undefined });
  const asked = { live, record, wasHanging };
  return askOn(state, { ...question, asked, isSeenAgain: false }, { kind: "dry-run", ...asked });
};

const refused = (before: ObjectState, question: Confirming, asked: Asked, answer: Refused, at: Moment): Step => {
  const { refusal, isHanging } = answer;
  const state = { ...before, isHanging };
  if (isTransient(refusal.errorClass) && question.tries < RETRIES && !(asked.wasHanging && isHanging)) {
    const ms = Math.max(refusal.retryAfterMs ?? 0, RETRY_MS * (question.tries + 1));
    return askOn(state, { ...question, tries: question.tries + 1 }, { kind: "pause", ms });
  }
  return take(state, question, wordOfRefusal(answer, asked), asked.live, at);
};

/** An answer about a candidate. */
export const answerConfirm = (state: ObjectState, question: Confirming, answer: Answer, at: Moment): Step => {
  const { asked } = question;
  switch (answer.kind) {
    case "caught-up":
      return ask(state, question, at);
    case "paused":
      return askOn(state, question, { kind: "catch-up" });
    case "other-form":
      return end(question, quiet(state)); // judged again after our next word
    case "no-form":
      return conclude(
        state,
        question,
        { kind: "in-doubt", why: "unread", because: "its rendered form is not in the store" },
        at,
      );
    case "failed":
      return end(
        question,
        doubt({ ...state, isHanging: false }, "unread", "what it is compared with could not be read", at),
      );
    case "refused":
      return asked === undefined ? quiet(state) : refused(state, question, asked, answer, at);
    case "merged": {
      if (asked === undefined) return quiet(state);
      const { body, dry, current } = answer;
      const calm: ObjectState = { ...state, isHanging: false };
      if (current === undefined) return onward({ ...calm, question: undefined }, { kind: "left", last: undefined });
      const { sight } = calm;
      const isSame = sight.kind === "kept" && sight.object === asked.live;
      const read: ObjectState = isSame ? { ...calm, sight: { ...sight, object: current } } : calm;
      const { record } = asked;
      const confirmation = decideDrift({ record, body, dry, live: current, hashKey: at.context.hashKey });
      return take(read, question, wordOf(confirmation), current, at);
    }
    case "read":
    case "rules":
    case "same-cluster":
      return quiet(state);
  }
};
