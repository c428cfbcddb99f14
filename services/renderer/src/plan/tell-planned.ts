import { rootOf, sourceTrace } from "@evenkeel/telemetry";
import type { CommitPlanned } from "@evenkeel/contracts";

import { listPending, causeOfPlan, samePending } from "../core/plan/list-pending.ts";
import type { Pending } from "../core/plan/list-pending.ts";
import type { DeclaredUnit } from "../core/plan/renders-to-request.ts";
import type { PlannerDeps } from "./planner-deps.ts";
import type { NewestInputs } from "./read-inputs.ts";
import type { SeenCommits } from "./watch-commits.ts";

const pendingOf = (deps: PlannerDeps, declared: readonly DeclaredUnit[]): Pending =>
  listPending(declared.map(({ unit }) => ({ unit, memory: deps.units.memory(unit) })));

/** What has become of a source: the units declared of it, and how many of them were asked for. */
interface Planned {
  readonly source: string;
  readonly inputs: NewestInputs;
  readonly declared: readonly DeclaredUnit[];
  readonly touched: number;
  readonly commits: SeenCommits;
}

/**
 * Publishes CommitPlanned if it says something new: another commit, another fleet revision (that it touches nothing is news
 * too: before it is said nobody may rely on it), touched units, or another list of pending units.
 */
export const tellPlanned = async (
  deps: PlannerDeps,
  { source, inputs, declared, touched, commits }: Planned,
  signal: AbortSignal,
): Promise<void> => {
  const { tip } = inputs;
  if (tip === undefined) return;
  const last = await deps.planned.last(source, signal);
  const pending = pendingOf(deps, declared);
  const isPlanned = last?.seq === tip.seq && last.fleetSeq === inputs.fleetSeq;
  const told = isPlanned && last.total === declared.length && samePending(last, pending);
  if (touched === 0 && told) return;
  const fact: CommitPlanned = {
    source,
    seq: tip.seq,
    revision: tip.revision,
    tree: tip.tree,
    fleetSeq: inputs.fleetSeq,
    fleetRevision: inputs.fleetRevision,
    declarationsDigest: inputs.declarationsDigest,
    touched,
    total: declared.length,
    pending: [...pending.units],
    pendingCount: pending.count,
    superseded:
      last?.seq === tip.seq ? last.superseded : [...commits.superseded(source, last?.seq ?? tip.seq, tip.seq)],
    at: deps.clock.now(),
    cause: "",
    traceId: sourceTrace(tip.url, tip.gitRef, tip.revision).traceId,
  };
  await publish(deps, last, fact, signal);
};

/** In the trace of the commit, whoever's answer was the reason to tell. */
const publish = (
  { planned, telemetry }: PlannerDeps,
  last: CommitPlanned | undefined,
  fact: CommitPlanned,
  signal: AbortSignal,
): Promise<void> =>
  telemetry.span("tell progress", { parent: rootOf(fact.traceId) }, () =>
    planned.publish({ ...fact, cause: causeOfPlan(last, fact) }, signal),
  );

/** Publishes the CommitPlanned of a source again if the list of its pending units has changed since. */
export const tellProgress = async (deps: PlannerDeps, source: string, signal: AbortSignal): Promise<void> => {
  const last = await deps.planned.last(source, signal);
  if (last === undefined) return;
  const set = await deps.declarations.find(last.declarationsDigest, signal);
  if (set === undefined) return;
  const pending = pendingOf(deps, set.bySource.get(source) ?? []);
  if (samePending(last, pending)) return;
  const fact = { ...last, pending: [...pending.units], pendingCount: pending.count, at: deps.clock.now() };
  await publish(deps, last, fact, signal);
};
