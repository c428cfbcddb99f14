import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { flows } from "@evenkeel/contracts";
import type { DesiredStateChanged, RenderFailed, UnitVersion } from "@evenkeel/contracts";

import { decideAnswer, decideFailure } from "../core/decide-answer.ts";
import type { AnswerDecision } from "../core/decide-answer.ts";
import type { Units } from "../plan/watch-units.ts";

interface Deps {
  readonly bus: Bus;
  readonly units: Units;
}

const noVersion: UnitVersion = { fleet: 0n, selection: 0n, sources: [], tools: 0n };

/** Publishes a desired state by compare-and-set on its unit; says what else was decided after the last conflict. */
export const publishDesired = async (
  { bus, units }: Deps,
  fact: DesiredStateChanged,
  signal: AbortSignal,
): Promise<AnswerDecision> => {
  const unit = unitOf(fact);
  const answer = ({ version = noVersion, digest, removed }: DesiredStateChanged) => ({ version, digest, removed });
  for (;;) {
    const stored = units.stored("desired", unit);
    const decision = decideAnswer(stored && answer(stored.fact), answer(fact));
    if (decision !== "publish") return decision;
    try {
      const options = { expectLast: stored?.sequence ?? 0, signal };
      units.note("desired", fact, (await bus.publish(flows.desiredStateChanged, fact, options)).sequence);
      return decision;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      const last = await bus.readLast(flows.desiredStateChanged, flows.desiredStateChanged.tokens(fact), signal);
      if (last === undefined) units.forget("desired", unit);
      else units.note("desired", last.fact, last.sequence);
    }
  }
};

/** Publishes a failure by compare-and-set, beside the unit's last good desired state. */
export const publishFailed = async (
  { bus, units }: Deps,
  fact: RenderFailed,
  signal: AbortSignal,
): Promise<"publish" | "answered" | "superseded"> => {
  const unit = unitOf(fact);
  for (;;) {
    const stored = units.stored("failure", unit);
    const desired = units.stored("desired", unit)?.fact.version;
    const decision = decideFailure({ desired, failure: stored?.fact.version }, fact.version ?? noVersion);
    if (decision !== "publish") return decision;
    try {
      const options = { expectLast: stored?.sequence ?? 0, signal };
      units.note("failure", fact, (await bus.publish(flows.renderFailed, fact, options)).sequence);
      return decision;
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      const last = await bus.readLast(flows.renderFailed, flows.renderFailed.tokens(fact), signal);
      if (last === undefined) units.forget("failure", unit);
      else units.note("failure", last.fact, last.sequence);
    }
  }
};

const unitOf = ({ unit }: DesiredStateChanged | RenderFailed) => {
  if (unit === undefined) throw new TypeError("an answer names its unit");
  return unit;
};
