import { createLater } from "@evenkeel/async";
import { isApiError } from "@evenkeel/kube";

import { findRendered } from "../core/body-of.ts";
import type { Answer } from "../core/object/object-event.ts";
import { step } from "../core/track-object.ts";
import type { Ask, Effect, Moment, ObjectEvent } from "../core/track-object.ts";
import type { DetectorDeps } from "../deps.ts";
import { askServer } from "./ask-server.ts";
import { isRunOpen } from "./tracked.ts";
import type { Tracked, TrackedUnit } from "./tracked.ts";

/** Takes one event of one object. */
export type Send = (tracked: Tracked, event: ObjectEvent) => void;

/** What the objects of one unit are judged by at this moment. */
const momentOf = (deps: DetectorDeps, of: TrackedUnit): Moment => ({
  now: deps.clock.now(),
  context: { hashKey: deps.hashKey, masks: deps.masks, versionsOrdered: deps.versionsOrdered },
  isRunOpen: isRunOpen(of),
  inventoryRevision: of.inventoryRevision,
  endedBefore: of.endedBefore,
  degradedBefore: of.degradedBefore,
});

/** Asks one question. Throws ApiError where the API server gives no answer, anything else where the store or the bus is away. */
const answerTo = async (deps: DetectorDeps, { of, state }: Tracked, ask: Ask, signal: AbortSignal): Promise<Answer> => {
  switch (ask.kind) {
    case "catch-up":
      await deps.ledgerCaughtUp(of.unit, signal);
      return { kind: "caught-up" };
    case "dry-run":
      return askServer(deps, { of, ref: state.ref }, ask, signal);
    case "read": {
      const object = await deps.kubeOf(of.unit).getObject(state.ref, {}, signal);
      await deps.ledgerCaughtUp(of.unit, signal);
      return { kind: "read", object };
    }
    case "read-rules": {
      const rendered = (await deps.renderedOf(of.inventory?.digest ?? "", signal)) ?? [];
      const rules = await deps.whenGoneOf(of.unit.app, of.desired?.declarationsDigest ?? "", signal);
      return { kind: "rules", desired: findRendered(rendered, state.ref)?.object, rules };
    }
    case "name-cluster":
      await deps.confirmCluster();
      return { kind: "same-cluster" };
    case "pause":
      await deps.clock.sleep(ask.ms, signal);
      return { kind: "paused" };
  }
};

/** Opens the tracking of one cluster's objects; `onVerdict` is told of every change, `signal` ends what is in hand. */
export const openTracking = (deps: DetectorDeps, onVerdict: (tracked: Tracked) => void, signal: AbortSignal): Send => {
  const { cluster, log, metrics } = deps;
  const looks = createLater<Tracked>(deps.clock, (tracked) => send(tracked, { kind: "look-due" }), signal);
  const healths = createLater<Tracked>(deps.clock, (tracked) => send(tracked, { kind: "health-due" }), signal);

  const put = async (tracked: Tracked, turn: number, ask: Ask): Promise<void> => {
    const answer = await answerTo(deps, tracked, ask, signal).catch((error: unknown): Answer => {
      if (isApiError(error)) return { kind: "refused", refusal: error, isHanging: false, anew: undefined };
      if (!signal.aborted)
        log.warn("an object could not be judged", { ref: tracked.state.ref, asked: ask.kind, error });
      return { kind: "failed" };
    });
    if (!signal.aborted) send(tracked, { kind: "answer", turn, answer });
  };

  const run = (tracked: Tracked, effect: Effect): void => {
    switch (effect.kind) {
      case "ask":
        return void put(tracked, effect.turn, effect.ask);
      case "tell":
        return onVerdict(tracked);
      case "measure":
        return metrics.driftDetect.record(effect.ms / 1000, { cluster });
      case "count":
        return metrics.drift.add(1, { cluster, kind: tracked.state.ref.kind, class: effect.by });
      case "look-in":
        return effect.ms === undefined ? looks.cancel(tracked) : looks.set(tracked, effect.ms);
      case "health-in":
        return effect.ms === undefined ? healths.cancel(tracked) : healths.set(tracked, effect.ms);
    }
  };

  const send: Send = (tracked, event) => {
    const { state, effects } = step(tracked.state, event, momentOf(deps, tracked.of));
    tracked.state = state;
    for (const effect of effects) run(tracked, effect);
  };
  return send;
};
