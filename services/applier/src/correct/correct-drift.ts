import { planCorrections, refsReplaced, selectCorrections } from "@evenkeel/apply";
import type { DesiredObject, PacedCorrection, Plan, Refusal } from "@evenkeel/apply";
import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause, ApplyResult } from "@evenkeel/contracts";
import type { DriftDetected, Finding, ObjectRef } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { FightPolicy } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { tellApplied } from "../run/applied-fact.ts";
import type { RunReport } from "../run/applied-fact.ts";
import { AFTER_STOP_MS } from "../run/carry-out.ts";
import { correctObjects, isStoredAmiss } from "./correct-objects.ts";
import { fightReason, findingsByRef, findingsOf, managersOf, pathsOf } from "../core/drift-findings.ts";
import { placedByRef } from "../plan/desired-set.ts";
import type { Correctable } from "./drift-pace.ts";
import { unitKey } from "../partition/partition.ts";
import { keyOfItem } from "../plan/inventories.ts";

/** One finding that still holds, with what its pace is remembered by. */
interface Found extends PacedCorrection {
  readonly what: Correctable;
  readonly finding: Finding | undefined;
}

/** What holds of the findings: the same objects, records and desired. What is being deleted is found missing once it is gone. */
const foundOf = (run: Run, fact: DriftDetected, onFight: FightPolicy): readonly Found[] => {
  const stored = run.inventory.value;
  // Found against another state than the present one: the detector looks again after our next word.
  if (stored === undefined || !stored.complete || fact.digest !== stored.digest || fact.digest !== run.fact.digest)
    return [];
  const applied = stored.items.flatMap((item) => {
    if (item.ref === undefined || item.absentSince !== undefined) return [];
    const recordRevision = BigInt(run.inventory.recordRevisions.get(keyOfItem(item)) ?? run.inventory.revision);
    return [{ ref: item.ref, uid: item.uid, recordRevision }];
  });
  const found = findingsByRef(fact);
  const unit = unitKey(run.fact.unit);
  return selectCorrections(findingsOf(fact), applied).now.map((correction): Found => {
    const { ref } = correction;
    const finding = found.get(formatRef(ref));
    const what = { unit, ref, paths: pathsOf(finding), digest: fact.digest };
    const fight = fightReason(ref, finding, onFight);
    return { ...correction, what, finding, waitMs: run.partition.pace.waitFor(what, onFight), fight };
  });
};

const readLive = async (run: Run, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, KubeObject>> => {
  const read = refs.map(async (ref) => {
    const live = await run.kube.getObject(ref, {}, run.signal);
    return live === undefined ? [] : [[formatRef(ref), live] as const];
  });
  return new Map((await Promise.all(read)).flat());
};

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

/** What was stored without our marks is applied anew, so soon. */
const AMISS_MS = 1_000;

/** After a failure the rest is tried by itself, so soon. */
const REST_MS = 100;

/** What writing came to. */
interface Put {
  readonly corrected: readonly Found[];
  readonly failed: readonly Refusal[];
  readonly pauses: readonly number[];
  readonly report: Partial<RunReport>;
}

const nothingPut: Put = { corrected: [], failed: [], pauses: [], report: {} };

const put = async (
  run: Run,
  fact: DriftDetected,
  plan: Plan,
  due: readonly Found[],
  desired: ReadonlyMap<string, DesiredObject>,
): Promise<Put> => {
  const { deps, partition } = run;
  const drift = new Map(
    due.flatMap(({ ref, finding, what }) =>
      finding === undefined ? [] : [[formatRef(ref), { ...finding, rounds: partition.pace.rounds(what) + 1 }] as const],
    ),
  );
  const { results, stored, ledger } = await correctObjects(run, plan, desired, { traceId: fact.traceId, drift });
  const failed: Refusal[] = [];
  const corrected: Found[] = [];
  const pauses: number[] = [];
  due.forEach((each, index) => {
    const result = results[index];
    if (result?.kind === "done") {
      partition.pace.corrected(each.what);
      corrected.push(each);
      logCorrected(run, each);
    } else if (result?.kind === "failed") {
      pauses.push(partition.pace.failed(each.what));
      failed.push({ ref: each.ref, reason: result.reason });
    }
  });
  if (fact.at !== undefined && corrected.length > 0)
    deps.metrics.driftCorrect.record(Math.max(0, deps.clock.now().getTime() - fact.at.getTime()) / 1000, {
      cluster: run.fact.unit.cluster,
    });
  if (results.some(isStoredAmiss)) partition.later.set(unitKey(run.fact.unit), AMISS_MS);
  const notTried = due.length - corrected.length - failed.length;
  // One that fails must not hold up the others: they are tried while it pauses. Where none has failed, a stop held them up.
  if (notTried > 0) pauses.push(failed.length > 0 ? REST_MS : AFTER_STOP_MS);
  const counts = { updated: corrected.length, notTried };
  return { failed, corrected, pauses, report: { counts, inventoryRevision: stored.revision, ledger } };
};

const resultOf = (failed: readonly Refusal[], parked: readonly Refusal[]): ApplyResult => {
  if (failed.length > 0) return ApplyResult.FAILED;
  return parked.length > 0 ? ApplyResult.HELD : ApplyResult.CORRECTED;
};

/** Puts back what holds and is due; what failed, or is fought over, is tried again after its pause. */
export const correctDrift = async (run: Run, fact: DriftDetected): Promise<Outcome> => {
  const { deps, partition } = run;
  const { fact: wanted, declared } = run;
  const onFight = declared.app.spec.onFight === "hold" ? "hold" : "correct";
  const found = foundOf(run, fact, onFight);
  const live = await readLive(run, refsReplaced(found));
  const desired = await placedByRef(run, fact.digest);
  const plan = planCorrections({
    unit: wanted.unit,
    corrections: found,
    live,
    desired,
    owner: { appUid: wanted.unit.appUid, installation: deps.bus.installation },
    policy: declared.app.spec,
  });
  const byRef = new Map(found.map((each) => [formatRef(each.ref), each]));
  const among = (refs: readonly ObjectRef[]): readonly Found[] =>
    refs.flatMap((ref) => byRef.get(formatRef(ref)) ?? []);
  const foreign = among(plan.foreign).map(({ what }) => partition.pace.failed(what));
  const due = among(plan.steps.map(({ ref }) => ref));
  const { failed, corrected, pauses, report } = due.length > 0 ? await put(run, fact, plan, due, desired) : nothingPut;
  const fights = corrected.flatMap(({ what, fight }) => (partition.pace.isContested(what) ? [fight] : []));
  if (corrected.length + failed.length + plan.parked.length > 0)
    await tellApplied(deps, wanted, {
      cause: ApplyCause.DRIFT,
      startedAt: run.startedAt,
      epoch: partition.lease.epoch,
      traceId: fact.traceId,
      driftCause: fact.cause,
      inventoryRevision: run.inventory.revision,
      // The newest word about a unit is all that is kept of it: what waits for an Approval must stay in sight.
      ...partition.parked.get(unitKey(wanted.unit)),
      ...report,
      result: resultOf(failed, plan.parked),
      failed: [...failed, ...plan.parked],
      reason: failed[0]?.reason ?? plan.parked[0]?.reason ?? fights[0],
    });
  const waits = [...plan.waits, ...foreign, ...pauses];
  return waits.length === 0 ? done : wait(Math.min(...waits), "drift was not corrected");
};
