import { unitTrace } from "@evenkeel/telemetry";
import type { CommitPlanned, RenderRequested, Unit } from "@evenkeel/contracts";

import { findTouch } from "../core/plan/find-touch.ts";
import type { PreviousPlan } from "../core/plan/find-touch.ts";
import type { DeclaredUnits } from "../core/plan/list-units.ts";
import { removalToRequest, rendersToRequest } from "../core/plan/renders-to-request.ts";
import type { Closure } from "../core/plan/touches.ts";
import { unitKey } from "../core/plan/unit-memory.ts";
import type { UnitMemory } from "../core/plan/unit-memory.ts";
import type { PlannerDeps } from "./planner-deps.ts";
import type { NewestInputs } from "./read-inputs.ts";
import { walkChanges } from "./walk-changes.ts";

/** A source, what is declared of it, and how it was planned last. */
interface SourceToPlan {
  readonly source: string;
  readonly inputs: NewestInputs;
  readonly set: DeclaredUnits;
  readonly last: CommitPlanned | undefined;
}

/** Requests for the units of a source that the commit, or what it was planned from, touches. */
export const touchedRequests = async (
  deps: PlannerDeps,
  { source, inputs, set, last }: SourceToPlan,
  signal: AbortSignal,
): Promise<readonly RenderRequested[]> => {
  const { tip } = inputs;
  const declared = set.bySource.get(source) ?? [];
  if (tip === undefined || declared.length === 0) return [];
  const previous = last === undefined ? undefined : await previousPlan(deps, last, signal);
  const changed = last === undefined ? undefined : await walkChanges(deps.objects, last.tree, tip.tree, signal);
  const closures =
    changed !== undefined && changed.above.size > 0
      ? await deps.closures.load(source, declared, signal)
      : new Map<string, Closure>();
  const touch = {
    inputs,
    fleetRevision: inputs.fleetRevision,
    previous,
    changed,
    closureOf: ({ unit }: { readonly unit: Unit }) => closures.get(unit.app),
    isBehind: ({ unit }: { readonly unit: Unit }, memory: UnitMemory) => deps.behind.has(unit, memory),
  };
  return rendersToRequest({
    inputs,
    declared,
    memory: (unit) => deps.units.memory(unit),
    isTouched: (unit, memory) => findTouch(touch, unit, memory) !== undefined,
    traceOf: ({ unit, application }, { url, revision }) =>
      unitTrace({ url, revision, app: unit.app, cluster: unit.cluster, declarationDigest: application }).traceId,
  });
};

const previousPlan = async (deps: PlannerDeps, last: CommitPlanned, signal: AbortSignal): Promise<PreviousPlan> => ({
  seq: last.seq,
  revision: last.revision,
  fleetSeq: last.fleetSeq,
  fleetRevision: last.fleetRevision,
  declared: (await deps.declarations.find(last.declarationsDigest, signal))?.digests,
});

/** Requests for tombstones: units that were last asked for from this source and that the set really dropped. */
export const removalRequests = async (
  deps: PlannerDeps,
  { source, inputs, set, last }: SourceToPlan,
  signal: AbortSignal,
): Promise<readonly RenderRequested[]> => {
  const gone = deps.units.ofSource(source).filter(({ unit }) => !set.digests.has(unitKey(unit)));
  if (gone.length === 0) return [];
  const before = last === undefined ? undefined : await deps.declarations.find(last.declarationsDigest, signal);
  return gone.flatMap(({ unit, memory }) => {
    const declaredIn = before?.digests.has(unitKey(unit)) === true ? (last?.declarationsDigest ?? "") : "";
    const request = removalToRequest(unit, memory, inputs, declaredIn, deps.behind.has(unit, memory));
    return request === undefined ? [] : [request];
  });
};
