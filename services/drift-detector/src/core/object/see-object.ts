import { healthOf } from "@evenkeel/health";
import type { KubeObject } from "@evenkeel/resource";

import { lookAtObject } from "./look-at-object.ts";
import { check, lastSeenOf } from "../question/miss-object.ts";
import { noteEnding } from "../question/note-ending.ts";
import { onward, quiet } from "./object-event.ts";
import type { Moment, Step } from "./object-event.ts";
import { keptOf, versionOf } from "./object-state.ts";
import type { ObjectState } from "./object-state.ts";
import { ownText } from "./own-text.ts";
import { begin, found, settle } from "./settle.ts";

/** Some health ends by time alone: then the object is kept and judged again. A touch of it does not begin that time anew. */
export const noteHealth = (state: ObjectState, object: KubeObject, now: Date): Step => {
  const { waiting } = state;
  const isSame = waiting?.object.metadata.uid === object.metadata.uid;
  const seen = isSame && waiting !== undefined ? waiting.seen : now;
  const health = healthOf(object, now, seen);
  const ms = health.standsForMs;
  return {
    state: { ...state, health, waiting: ms === undefined ? undefined : { object, seen } },
    effects: ms === undefined && waiting === undefined ? [] : [{ kind: "health-in", ms }],
  };
};

const confirm = (state: ObjectState): Step =>
  state.question?.kind === "confirm"
    ? quiet({ ...state, question: { ...state.question, isSeenAgain: true } })
    : begin(state, { kind: "confirm", tries: 0, asked: undefined, isSeenAgain: false }, { kind: "catch-up" });

/** Judges one state of the object: without a call where the local tests hold, by a dry-run where they do not. */
const judge = (state: ObjectState, object: KubeObject, at: Moment): Step => {
  const kept: ObjectState = { ...state, sight: { kind: "kept", object, version: versionOf(state.sight) } };
  // What becomes of it is the applier's to say; it is judged again if it is wanted again.
  if (!state.isDesired) return quiet({ ...kept, isVerified: false });
  const decided = lookAtObject(object, state.record, at.isRunOpen, at.context);
  switch (decided.kind) {
    case "park":
      return quiet(kept);
    case "older":
      return quiet(state);
    case "in-sync":
      return settle({ ...state, record: decided.record }, undefined, at);
    case "terminating": {
      const held = decided.finalizers.length > 0 ? `, held by ${decided.finalizers.join(", ")}` : "";
      const finding = found(kept, "TERMINATING", at, { detail: `deletion since ${decided.since}${held}` });
      // A deletion in progress: of what has ended it may be no drift.
      return lastSeenOf(kept, at) === "ended"
        ? begin(kept, { kind: "ending", live: object, finding }, { kind: "read-rules" })
        : settle({ ...kept, question: undefined }, finding, at);
    }
    case "confirm": {
      const text = ownText(object, state, at.context);
      const isKnown = state.finding !== undefined && text !== "" && text === state.confirmedOn;
      const unsure: ObjectState = { ...kept, isVerified: false };
      return isKnown && state.finding?.inventoryRevision === at.inventoryRevision ? quiet(unsure) : confirm(unsure);
    }
  }
};

/** An event, or our own read, shows it. */
export const see = (before: ObjectState, object: KubeObject, at: Moment): Step => {
  const version = object.metadata.resourceVersion ?? "";
  const isBack = before.sight.kind === "gone" || before.sight.kind === "done" || before.question?.kind === "check";
  const sight: ObjectState["sight"] =
    before.sight.kind === "kept" ? { ...before.sight, version } : { kind: "let-go", version };
  const question = isBack ? undefined : before.question;
  const noted = noteEnding({ ...before, sight, question, eventAt: before.eventAt ?? at.now }, object, at.now);
  const health = noteHealth(noted, object, at.now);
  const judged = judge(health.state, object, at);
  return { ...judged, effects: [...health.effects, ...judged.effects, { kind: "tell" }] };
};

/** Judges again what was seen before. */
export const lookAgain = (state: ObjectState, at: Moment): Step => {
  const { record, sight } = state;
  if (sight.kind === "done") return quiet(state);
  if (sight.kind === "gone") return onward(state, { kind: "left", last: undefined });
  const live = keptOf(state);
  if (live !== undefined) return judge(state, live, at);
  if (record === undefined || at.isRunOpen) return quiet(state);
  const version = versionOf(sight);
  if (version === record.resourceVersion) return settle(state, undefined, at);
  if (version === "") return quiet(state);
  // Something newer than the record was seen and let go: read it again. Something older: its event is on the way.
  const isOrdered = at.context.versionsOrdered;
  return !isOrdered || BigInt(version) > BigInt(record.resourceVersion) ? check(state) : quiet(state);
};
