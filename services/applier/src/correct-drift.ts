import { judgeReplaced, selectCorrections } from "@evenkeel/apply";
import type { Correction, DesiredObject } from "@evenkeel/apply";
import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause, ApplyResult } from "@evenkeel/contracts";
import type { DriftDetected, Finding, ObjectRef } from "@evenkeel/contracts";
import { describeRef, formatRef } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { tellApplied } from "./applied-fact.ts";
import type { Told } from "./applied-fact.ts";
import { AFTER_STOP_MS } from "./carry-out.ts";
import { correctObjects, isStoredAmiss } from "./correct-objects.ts";
import { fightReason, findingsByRef, findingsOf, managersOf, pathsOf } from "./core/drift-findings.ts";
import { placedByRef } from "./desired-set.ts";
import type { Correctable } from "./drift-pace.ts";
import { unitKey } from "./held-partition.ts";
import { keyOfItem } from "./inventories.ts";
import type { HaltReason } from "./run-halted.ts";

/** One finding that still holds, with what its pace is remembered by. */
interface Due extends Correction {
  readonly what: Correctable;
  readonly finding: Finding | undefined;
}

/** An object that was not put back, and why. */
interface Problem {
  readonly ref: ObjectRef;
  readonly reason: HaltReason;
}

/** What was made anew under a name of ours is put back only if it is nobody else's, and still the one that was found. */
const withoutForeign = async (run: Run, corrections: readonly Due[]) => {
  const owner = { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation };
  const problems: Problem[] = [];
  const pauses: number[] = [];
  const judged = await Promise.all(
    corrections.map(async (correction) => {
      if (!correction.replaced) return [correction];
      const live = await run.kube.getObject(correction.ref, {}, run.signal);
      if (live?.metadata.uid !== correction.uid) return [];
      const decision = judgeReplaced(correction.ref, live, owner, run.declared.app.spec);
      if (decision.kind !== "refuse") return [correction];
      problems.push({ ref: correction.ref, reason: decision.reason });
      pauses.push(run.held.pace.failed(correction.what));
      return [];
    }),
  );
  return { ours: judged.flat(), problems, pauses };
};

/** What holds of the findings: the same objects, records and desired. What is being deleted is found missing once it is gone. */
const holdingOf = (run: Run, fact: DriftDetected): readonly Due[] => {
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
  return selectCorrections(findingsOf(fact), applied).now.map((correction): Due => {
    const finding = found.get(formatRef(correction.ref));
    const what = { unit, ref: correction.ref, paths: pathsOf(finding), digest: fact.digest };
    return { ...correction, what, finding };
  });
};

const logCorrected = (run: Run, { ref, finding, what }: Due): void => {
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
    rounds: run.held.pace.rounds(what),
  });
};

/** What was stored without our marks is applied anew, so soon. */
const AMISS_MS = 1_000;

/** After a failure the rest is tried by itself, so soon. */
const REST_MS = 100;

const write = async (
  run: Run,
  fact: DriftDetected,
  due: readonly (Due & DesiredObject)[],
  desired: ReadonlyMap<string, DesiredObject>,
) => {
  const { deps, held } = run;
  const drift = new Map(
    due.flatMap(({ ref, finding, what }) =>
      finding === undefined ? [] : [[formatRef(ref), { ...finding, rounds: held.pace.rounds(what) + 1 }] as const],
    ),
  );
  const { results, stored, ledger } = await correctObjects(run, due, desired, { traceId: fact.traceId, drift });
  const failed: Problem[] = [];
  const corrected: Due[] = [];
  const pauses: number[] = [];
  due.forEach((each, index) => {
    const result = results[index];
    if (result?.kind === "done") {
      held.pace.corrected(each.what);
      corrected.push(each);
      logCorrected(run, each);
    } else if (result?.kind === "failed") {
      pauses.push(held.pace.failed(each.what));
      failed.push({ ref: each.ref, reason: result.reason });
    }
  });
  if (fact.at !== undefined && corrected.length > 0)
    deps.metrics.driftCorrect.record(Math.max(0, deps.clock.now().getTime() - fact.at.getTime()) / 1000, {
      cluster: run.fact.unit.cluster,
    });
  if (results.some(isStoredAmiss)) held.later.set(unitKey(run.fact.unit), AMISS_MS);
  const notTried = due.length - corrected.length - failed.length;
  // One that fails must not hold up the others: they are tried while it pauses. Where none has failed, a stop held them up.
  if (notTried > 0) pauses.push(failed.length > 0 ? REST_MS : AFTER_STOP_MS);
  const counts = { updated: corrected.length, notTried };
  return { failed, corrected, pauses, counts, inventoryRevision: stored.revision, ledger };
};

const resultOf = (failed: readonly Problem[], problems: readonly Problem[]): ApplyResult => {
  if (failed.length > 0) return ApplyResult.FAILED;
  return problems.length > 0 ? ApplyResult.HELD : ApplyResult.CORRECTED;
};

/** Puts back what holds and is due; what failed, or is fought over, is tried again after its pause. */
export const correctDrift = async (run: Run, fact: DriftDetected): Promise<Outcome> => {
  const { deps, held } = run;
  const onFight = run.declared.app.spec.onFight === "hold" ? "hold" : "correct";
  const found = holdingOf(run, fact).map((each) => ({ each, waitMs: held.pace.waitFor(each.what, onFight) }));
  const later = found.flatMap(({ waitMs }) => (waitMs > 0 && waitMs < Infinity ? [waitMs] : []));
  const givenUp = found
    .filter(({ waitMs }) => waitMs === Infinity)
    .map(({ each }): Problem => ({ ref: each.ref, reason: fightReason(each.ref, each.finding, onFight) }));
  const now = found.flatMap(({ each, waitMs }) => (waitMs === 0 ? [each] : []));
  const { ours, problems: foreign, pauses } = await withoutForeign(run, now);
  const desired = await placedByRef(run, fact.digest);
  const due = ours.flatMap((each) => {
    const wanted = desired.get(formatRef(each.ref));
    return wanted === undefined ? [] : [{ ...each, ...wanted }];
  });
  const problems = [...foreign, ...givenUp];
  const told: Omit<Told, "result"> = {
    cause: ApplyCause.DRIFT,
    startedAt: run.startedAt,
    epoch: held.lease.epoch,
    traceId: fact.traceId,
    driftCause: fact.cause,
    inventoryRevision: run.inventory.revision,
    // The newest word about a unit is all that is kept of it: what waits for an Approval must stay in sight.
    ...held.parked.get(unitKey(run.fact.unit)),
  };
  if (due.length > 0) {
    const { failed, corrected, pauses: retries, ...rest } = await write(run, fact, due, desired);
    pauses.push(...retries);
    const fights = corrected.flatMap(({ ref, finding, what }) =>
      held.pace.isContested(what) ? [fightReason(ref, finding, onFight)] : [],
    );
    const isCutShort = corrected.length + failed.length === 0 && problems.length === 0;
    if (!isCutShort)
      await tellApplied(deps, run.fact, {
        ...told,
        ...rest,
        result: resultOf(failed, problems),
        failed: [...failed, ...problems],
        reason: failed[0]?.reason ?? problems[0]?.reason ?? fights[0],
      });
  } else if (problems.length > 0) {
    const result = ApplyResult.HELD;
    await tellApplied(deps, run.fact, { ...told, result, reason: problems[0]?.reason, failed: problems });
  }
  const waits = [...later, ...pauses];
  return waits.length === 0 ? done : wait(Math.min(...waits), "drift was not corrected");
};
