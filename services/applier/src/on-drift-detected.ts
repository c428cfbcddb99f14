import { done, reject, wait } from "@evenkeel/bus";
import type { Delivery, Handler, Outcome } from "@evenkeel/bus";
import { ApplyCause, DriftPolicy, flows } from "@evenkeel/contracts";
import type { DriftDetected, Unit } from "@evenkeel/contracts";

import { newestDesired } from "./claims/abandoned-claim.ts";
import { admit } from "./run/admit.ts";
import { correctObjects } from "./correct/correct-objects.ts";
import { planDrift } from "./correct/plan-drift.ts";
import { tellCorrected } from "./correct/tell-corrected.ts";
import type { Deps } from "./deps.ts";
import { leaveInDoubt } from "./partition/leave-in-doubt.ts";
import { unitKey, usable } from "./partition/partition.ts";
import type { Desired, Partition } from "./partition/partition.ts";
import { inTurn, orHalted } from "./run/in-turn.ts";
import type { RunHalted } from "./run/run-halted.ts";
import { stage } from "./run/stages.ts";

/** The desired that drift is judged by: the newest we know, else the newest there is. */
const newestOf = async (deps: Deps, { newest, signal }: Partition, unit: Unit): Promise<Desired | undefined> => {
  const last = newest.get(unitKey(unit))?.desired ?? (await newestDesired(deps, unit, signal));
  return last && usable(last);
};

/** Drift is looked at again so soon: on a cluster that is not known to answer, and where it is halted. */
const [SILENT_MS, HALTED_MS] = [1_000, 10_000];

/** What is handled within this time of its word needs no look whether a newer one came: that one is delivered too. */
const FRESH_MS = 1_000;

/** What waited to be tried again holds only while it is the last word about the unit's drift. */
const isOvertaken = async ({ bus, clock }: Deps, partition: Partition, delivery: Delivery<DriftDetected>) => {
  const { attempt, fact, publishedAt, sequence } = delivery;
  if (attempt === 1 && clock.now().getTime() - publishedAt.getTime() < FRESH_MS) return false;
  const last = await bus.readLast(flows.driftDetected, flows.driftDetected.tokens(fact), partition.signal);
  return last !== undefined && last.sequence !== sequence;
};

/** Puts back what a detector found, as far as it still holds: same object, same record, same desired. */
const correctUnit = async (
  deps: Deps,
  partition: Partition,
  desired: Desired,
  fact: DriftDetected,
  signal: AbortSignal,
): Promise<Outcome> => {
  const run = await admit(deps, partition, desired, ApplyCause.DRIFT, signal);
  if (run.unanchored !== undefined) throw run.unanchored;
  const work = async (): Promise<Outcome> => {
    const plan = await planDrift(run, fact);
    return tellCorrected(run, plan, fact, await correctObjects(run, plan, fact));
  };
  return stage(run, "correct", work, { traceId: fact.traceId });
};

/** The look at the unit tells of a halt. */
const laterAgain = ({ again, message }: RunHalted): Outcome => (again ? wait(HALTED_MS, message) : done);

/** A unit differs from what was applied: put back what its policy says and what still holds. */
export const onDriftDetected =
  (deps: Deps, partition: Partition): Handler<DriftDetected> =>
  async (delivery, signal) => {
    const { fact } = delivery;
    if (fact.unit === undefined) return reject("MessageRefused", "drift without a unit");
    if (fact.policy !== DriftPolicy.CORRECT || fact.findings.length === 0) return done;
    if (await isOvertaken(deps, partition, delivery)) return done;
    const desired = await newestOf(deps, partition, fact.unit);
    if (desired === undefined || desired.removed) return done;
    const { app, cluster } = desired.unit;
    const lane = deps.clusters.laneOf(cluster);
    const silent = wait(SILENT_MS, `cluster ${cluster} does not answer`);
    if (!lane.isFine()) return silent;
    const correct = inTurn(partition, desired, signal, async (running) =>
      orHalted(deps.bus, cluster, () => correctUnit(deps, partition, desired, fact, running), laterAgain),
    );
    return leaveInDoubt(lane, correct, silent, ({ error }) => {
      if (error !== undefined) deps.telemetry.log.error("drift was not corrected", { app, cluster, error });
    });
  };
