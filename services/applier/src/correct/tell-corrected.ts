import type { Refusal } from "@evenkeel/apply";
import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause, ApplyResult } from "@evenkeel/contracts";
import type { DriftDetected } from "@evenkeel/contracts";
import { describeRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { tellApplied } from "../run/applied-fact.ts";
import { managersOf } from "../core/drift-findings.ts";
import type { Corrected } from "./correct-objects.ts";
import type { DriftPlan, Found } from "./plan-drift.ts";
import { unitKey } from "../partition/partition.ts";

const logCorrected = (run: Run, { ref, finding, what }: Found): void => {
  const { app, cluster } = run.fact.unit;
  const [field] = finding?.fields ?? [];
  run.deps.telemetry.log.info("drift corrected", {
    app,
    cluster,
    object: describeRef(ref),
    fields: what.paths.join(" "),
    before: field?.live ?? "",
    after: field?.desired ?? "",
    manager: managersOf(finding),
    rounds: run.partition.pace.rounds(what),
  });
};

const resultOf = (failed: readonly Refusal[], parked: readonly Refusal[]): ApplyResult => {
  if (failed.length > 0) return ApplyResult.FAILED;
  return parked.length > 0 ? ApplyResult.HELD : ApplyResult.CORRECTED;
};

/** Tells what was put back and what was not; the message comes again when the rest may be tried. */
export const tellCorrected = async (
  run: Run,
  plan: DriftPlan,
  fact: DriftDetected,
  { corrected, executed, failed, notTried, pauses }: Corrected,
): Promise<Outcome> => {
  const { deps, partition } = run;
  const { unit } = run.fact;
  for (const each of corrected) logCorrected(run, each);
  if (fact.at !== undefined && corrected.length > 0) {
    const seconds = Math.max(0, deps.clock.now().getTime() - fact.at.getTime()) / 1000;
    deps.metrics.driftCorrect.record(seconds, { cluster: unit.cluster });
  }
  const fights = corrected.flatMap(({ what, fight }) => (partition.pace.isContested(what) ? [fight] : []));
  if (corrected.length + failed.length + plan.parked.length > 0)
    await tellApplied(deps, run.fact, {
      cause: ApplyCause.DRIFT,
      startedAt: run.startedAt,
      epoch: partition.lease.epoch,
      traceId: fact.traceId,
      driftCause: fact.cause,
      // The newest word about a unit is all that is kept of it: what waits for an Approval must stay in sight.
      ...partition.parked.get(unitKey(unit)),
      ...(executed === undefined ? {} : { counts: { updated: corrected.length, notTried }, ledger: executed.ledger }),
      inventoryRevision: (executed?.stored ?? run.inventory).revision,
      result: resultOf(failed, plan.parked),
      failed: [...failed, ...plan.parked],
      reason: failed[0]?.reason ?? plan.parked[0]?.reason ?? fights[0],
    });
  const waits = [...plan.waits, ...pauses];
  return waits.length === 0 ? done : wait(Math.min(...waits), "drift was not corrected");
};
