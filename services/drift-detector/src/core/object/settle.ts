import type { Verdict } from "@evenkeel/words";

import type { Found } from "./found.ts";
import { nextLookMs } from "../question/next-look.ts";
import type { Doubt } from "../question/next-look.ts";
import type { Ask, Effect, Moment, Step } from "./object-event.ts";
import { keptOf, versionOf } from "./object-state.ts";
import type { ObjectState, Question, Sight } from "./object-state.ts";

/** What turns out to be drift began when nobody could say yet. */
const onsetOf = ({ finding }: ObjectState, verdict: Verdict): Date | undefined =>
  finding?.verdict === verdict || finding?.verdict === "UNVERIFIABLE" ? finding.onset : undefined;

/** A finding about what is kept of the object, or about its absence. */
export const found = (state: ObjectState, verdict: Verdict, at: Moment, rest: Partial<Found> = {}): Found => {
  const live = keptOf(state);
  return {
    ref: state.ref,
    uid: live?.metadata.uid ?? "",
    resourceVersion: live?.metadata.resourceVersion ?? "",
    verdict,
    differences: [],
    managers: [],
    detail: "",
    inventoryRevision: at.inventoryRevision,
    written: state.written,
    ...rest,
    onset: onsetOf(state, verdict) ?? state.eventAt ?? at.now,
  };
};

const HUMAN = /^(?:kubectl|Mozilla|k9s|Lens|node-fetch|helm|before-first-apply)/;

/** Who is behind a finding, as far as manager names tell. */
const classOf = ({ managers: [first] }: Found): "human" | "controller" | "unknown" => {
  if (first === undefined || first.manager === "unknown") return "unknown";
  return HUMAN.test(first.manager) ? "human" : "controller";
};

const letGo = (sight: Sight): Sight => (sight.kind === "kept" ? { kind: "let-go", version: versionOf(sight) } : sight);

/** It is judged: `finding` is open now, or nothing is. */
export const settle = (state: ObjectState, finding: Found | undefined, at: Moment): Step => {
  const isDoubted = finding?.verdict === "UNVERIFIABLE";
  const effects: Effect[] = [];
  if (finding !== undefined) {
    if (state.eventAt !== undefined) effects.push({ kind: "measure", ms: at.now.getTime() - state.eventAt.getTime() });
    if (state.finding?.verdict !== finding.verdict) effects.push({ kind: "count", by: classOf(finding) });
  }
  if (state.finding?.verdict === "UNVERIFIABLE" && !isDoubted) effects.push({ kind: "look-in", ms: undefined });
  const judged: ObjectState = {
    ...state,
    finding,
    eventAt: undefined,
    looks: isDoubted ? state.looks : 0,
    isVerified: finding === undefined,
    ...(finding === undefined ? { sight: letGo(state.sight), confirmedOn: "" } : {}),
  };
  return { state: judged, effects: [...effects, { kind: "tell" }] };
};

/** Nobody can say how it stands: told with the cause, and looked at again without an event, for the cause may go without one. */
export const doubt = (state: ObjectState, why: Doubt, because: string, at: Moment): Step => {
  const ms = nextLookMs(why, state.looks);
  const finding = found(state, "UNVERIFIABLE", at, { detail: because });
  const settled = settle({ ...state, looks: state.looks + 1 }, finding, at);
  return { ...settled, effects: [{ kind: "look-in", ms }, ...settled.effects] };
};

type Unasked<T> = T extends Question ? Omit<T, "turn"> : never;

/** Asks a question in place of what was asked before. */
export const begin = (state: ObjectState, question: Unasked<Question>, ask: Ask): Step => {
  const turn = state.turn + 1;
  return { state: { ...state, turn, question: { ...question, turn } }, effects: [{ kind: "ask", turn, ask }] };
};

/** Asks on for the answer that is waited for. */
export const askOn = (state: ObjectState, question: Question, ask: Ask): Step => ({
  state: { ...state, question },
  effects: [{ kind: "ask", turn: question.turn, ask }],
});
