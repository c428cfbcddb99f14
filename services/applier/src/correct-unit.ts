import {
  afterCorrection,
  judgeReplaced,
  mayCorrect,
  noContest,
  orderObjects,
  planDigest,
  selectCorrections,
} from "@evenkeel/apply";
import type { Correction, DesiredObject, DriftFinding, PlannedWrite, Refusal } from "@evenkeel/apply";
import type { Outcome } from "@evenkeel/bus";
import { done, wait } from "@evenkeel/bus";
import { ApplyCause, ApplyResult, Verdict } from "@evenkeel/contracts";
import type { DriftDetected, Finding, InventoryItem } from "@evenkeel/contracts";
import { describeRef, formatRef } from "@evenkeel/resource";

import { admit, haltOn } from "./admit.ts";
import type { Run } from "./admit.ts";
import { tellApplied } from "./applied-fact.ts";
import { carryOut } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import { retryDelayMs } from "./core/retry-delay.ts";
import { resultsOf } from "./core/step-words.ts";
import type { Deps } from "./deps.ts";
import { placedByRef } from "./desired-set.ts";
import { unitKey } from "./held-partition.ts";
import type { Desired, HeldPartition } from "./held-partition.ts";
import { keyOfItem } from "./inventories.ts";
import { RunHalted } from "./run-halted.ts";
import { stage } from "./stages.ts";
import { withIntent } from "./with-intent.ts";
import { LeaseLost, StateMoved } from "./write-refused.ts";
import { writeObject } from "./write-object.ts";
import type { Written } from "./write-object.ts";

const VERDICTS: Readonly<Record<Finding["verdict"], DriftFinding["verdict"]>> = {
  [Verdict.UNSPECIFIED]: "UNSPECIFIED",
  [Verdict.DRIFT]: "DRIFT",
  [Verdict.OWN]: "OWN",
  [Verdict.MISSING]: "MISSING",
  [Verdict.TERMINATING]: "TERMINATING",
  [Verdict.ORDER]: "ORDER",
  [Verdict.CONTESTED]: "CONTESTED",
  [Verdict.UNVERIFIABLE]: "UNVERIFIABLE",
};

const findingsOf = (fact: DriftDetected): readonly DriftFinding[] =>
  fact.findings.flatMap(({ ref, verdict, uid, inventoryRevision }) =>
    ref === undefined ? [] : [{ ref, verdict: VERDICTS[verdict], uid, inventoryRevision }],
  );

const findingsByRef = ({ findings }: DriftDetected): ReadonlyMap<string, Finding> =>
  new Map(findings.flatMap((each) => (each.ref === undefined ? [] : [[formatRef(each.ref), each] as const])));

/** What is corrected is remembered by unit, object and paths. */
const contestKey = (fact: DriftDetected, { ref }: Correction): string => {
  const finding = fact.findings.find((each) => each.ref !== undefined && formatRef(each.ref) === formatRef(ref));
  const paths = (finding?.fields ?? []).map(({ path }) => path).toSorted();
  return [fact.unit?.cluster, fact.unit?.app, formatRef(ref), ...paths].join(" ");
};

interface Corrected {
  readonly results: readonly StepResult<Written>[];
  readonly inventoryRevision: number;
}

const correctObjects = async (
  run: Run,
  corrections: readonly (Correction & DesiredObject)[],
  desired: ReadonlyMap<string, DesiredObject>,
  fact: DriftDetected,
): Promise<{ readonly value: Corrected; readonly ledger: bigint }> => {
  const { held } = run;
  const writes = corrections.map(({ ref, digest }): PlannedWrite => ({ verb: "correct", ref, content: digest }));
  const record = {
    run: held.nextRun(),
    unit: run.fact.unit,
    version: run.fact.version,
    digest: run.fact.digest,
    planDigest: planDigest(run.fact.unit, writes),
    revision: run.fact.revision,
    traceId: fact.traceId,
    writes,
    drift: findingsByRef(fact),
  };
  return withIntent(run, record, undefined, async () => {
    const order = orderObjects(corrections.map(({ object }) => object));
    const results = await carryOut(order, corrections.length, async (index): Promise<StepResult<Written>> => {
      const correction = corrections[index];
      return correction === undefined ? { kind: "not-tried" } : writeObject(run, correction, async () => desired);
    });
    if (!held.lease.live()) throw new LeaseLost(`the lease on partition ${held.partition} has ended`);
    const written = new Map(
      results.flatMap((each) => (each.kind === "done" ? [[keyOfItem(each.value.item), each.value.item] as const] : [])),
    );
    const stored = run.inventory.value;
    const items = (stored?.items ?? []).map((item): InventoryItem => written.get(keyOfItem(item)) ?? item);
    const saved =
      stored === undefined ? run.inventory : await held.inventories.save(run.fact.unit, { ...stored, items });
    return {
      value: { results, inventoryRevision: saved.revision },
      results: resultsOf(results),
      word: "corrected",
      inventoryRevision: saved.revision,
    };
  });
};

/** Paths in a fight are left alone for a while. */
const outOfFights = ({ deps, held }: Run, fact: DriftDetected, corrections: readonly Correction[]) => {
  const now = deps.clock.monotonic();
  const free = corrections.filter((each) => mayCorrect(held.contests.get(contestKey(fact, each)) ?? noContest, now));
  return { free, fought: corrections.filter((each) => !free.includes(each)) };
};

/** Only what was put back counts towards a fight: a write that failed changed nothing that another could undo. */
const countCorrections = ({ deps, held }: Run, fact: DriftDetected, corrected: readonly Correction[]): void => {
  const now = deps.clock.monotonic();
  for (const each of corrected) {
    const key = contestKey(fact, each);
    held.contests.set(key, afterCorrection(held.contests.get(key) ?? noContest, now));
  }
};

/** When what was not put back is tried again: as often as it failed says, or once a fight's pause is over. */
const lookAgain = (run: Run, fact: DriftDetected, fought: readonly Correction[], unfinished: boolean): Outcome => {
  const { deps, held } = run;
  const key = `drift ${unitKey(run.fact.unit)}`;
  const now = deps.clock.monotonic();
  const pauses = fought.map((each) => (held.contests.get(contestKey(fact, each)) ?? noContest).pausedUntil - now);
  const attempts = unfinished ? (held.attempts.get(key) ?? 0) + 1 : 0;
  if (unfinished) held.attempts.set(key, attempts);
  else held.attempts.delete(key);
  const due = [...pauses, ...(unfinished ? [retryDelayMs(attempts, deps.chance())] : [])];
  return due.length === 0 ? done : wait(Math.max(1_000, Math.min(...due)), "drift was not corrected");
};

const fightOf = (fact: DriftDetected, fought: readonly Correction[]): readonly Refusal[] =>
  fought.map(({ ref }) => {
    const finding = fact.findings.find((each) => each.ref !== undefined && formatRef(each.ref) === formatRef(ref));
    const managers = (finding?.managers ?? []).map(({ name }) => name).join(", ");
    const message = `${describeRef(ref)} is changed again and again by ${managers === "" ? "unknown" : managers}`;
    const remedy = "stop the other writer, ignore the fields, or take the change into Git";
    return { ref, reason: { code: "Fight", message, remedy } };
  });

/** What was made anew under a name of ours is put back only if it is nobody else's, and still the one that was found. */
const withoutForeign = async (run: Run, corrections: readonly Correction[]) => {
  const owner = { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation };
  const problems: Refusal[] = [];
  const judged = await Promise.all(
    corrections.map(async (correction) => {
      if (!correction.replaced) return [correction];
      const live = await run.kube.getObject(correction.ref, {}, run.signal);
      if (live?.metadata.uid !== correction.uid) return [];
      const decision = judgeReplaced(correction.ref, live, owner, run.declared.app.spec);
      if (decision.kind !== "refuse") return [correction];
      problems.push({ ref: correction.ref, reason: decision.reason });
      return [];
    }),
  );
  return { ours: judged.flat(), problems };
};

const correct = async (run: Run, fact: DriftDetected): Promise<Outcome> => {
  const { deps, held } = run;
  const stored = run.inventory.value;
  // Found against another state than the present one: the detector looks again after our next word.
  if (stored === undefined || !stored.complete || fact.digest !== stored.digest || fact.digest !== run.fact.digest)
    return done;
  const applied = stored.items.flatMap((item) => {
    if (item.ref === undefined || item.absentSince !== undefined) return [];
    const recordRevision = BigInt(run.inventory.recordRevisions.get(keyOfItem(item)) ?? run.inventory.revision);
    return [{ ref: item.ref, uid: item.uid, recordRevision }];
  });
  // What is being deleted is found missing once it is gone: the detector says so then.
  const { now } = selectCorrections(findingsOf(fact), applied);
  const { ours, problems: foreign } = await withoutForeign(run, now);
  const { free, fought } = outOfFights(run, fact, ours);
  const desired = await placedByRef(run, fact.digest);
  const corrections = free.flatMap((each) => {
    const wanted = desired.get(formatRef(each.ref));
    return wanted === undefined ? [] : [{ ...each, ...wanted }];
  });
  const problems = [...foreign, ...fightOf(fact, fought)];
  const told = {
    cause: ApplyCause.DRIFT,
    startedAt: run.startedAt,
    epoch: held.lease.epoch,
    traceId: fact.traceId,
    driftCause: fact.cause,
    // The newest word about a unit is all that is kept of it: what waits for an Approval must stay in sight.
    ...held.parked.get(unitKey(run.fact.unit)),
  };
  let unfinished = foreign.length > 0;
  if (corrections.length > 0) {
    const { value, ledger } = await correctObjects(run, corrections, desired, fact);
    const failed = value.results.flatMap((result, index) => {
      const ref = corrections[index]?.ref;
      return result.kind === "failed" && ref !== undefined ? [{ ref, reason: result.reason, again: result.again }] : [];
    });
    const corrected = corrections.filter((_, index) => value.results[index]?.kind === "done");
    countCorrections(run, fact, corrected);
    unfinished ||= failed.some(({ again }) => again);
    const updated = corrected.length;
    const ended = problems.length > 0 ? ApplyResult.HELD : ApplyResult.CORRECTED;
    const result = failed.length > 0 ? ApplyResult.FAILED : ended;
    await tellApplied(deps, run.fact, {
      ...told,
      result,
      counts: { updated, notTried: corrections.length - updated - failed.length },
      failed: [...failed.map(({ ref, reason }) => ({ ref, reason })), ...problems],
      reason: failed[0]?.reason ?? problems[0]?.reason,
      inventoryRevision: value.inventoryRevision,
      ledger,
    });
    if (fact.at !== undefined)
      deps.metrics.driftCorrect.record(Math.max(0, deps.clock.now().getTime() - fact.at.getTime()) / 1000, {
        cluster: run.fact.unit.cluster,
      });
  } else if (problems.length > 0) {
    const [first] = problems;
    const words = first?.reason;
    if (words !== undefined)
      await tellApplied(deps, run.fact, {
        ...told,
        result: ApplyResult.HELD,
        reason: words,
        failed: [...problems],
        inventoryRevision: run.inventory.revision,
      });
  }
  return lookAgain(run, fact, fought, unfinished);
};

/** Puts back what a detector found, as far as it still holds: same object, same record, same desired. */
export const correctUnit = async (
  deps: Deps,
  held: HeldPartition,
  desired: Desired,
  fact: DriftDetected,
  signal: AbortSignal,
): Promise<Outcome> =>
  held.locks.run(unitKey(desired.unit), desired.cause, signal, async (running) => {
    try {
      const run = await admit(deps, held, desired, ApplyCause.DRIFT, running);
      return await stage(run, "correct", () => correct(run, fact), { traceId: fact.traceId });
    } catch (thrown) {
      const error = haltOn(thrown, desired.unit.cluster);
      if (error instanceof RunHalted) return error.again ? wait(10_000, error.message) : done;
      if (error instanceof LeaseLost) return wait(1_000, error.message);
      if (error instanceof StateMoved) return wait(100, error.message);
      if (running.aborted) return wait(100, "stopped before the end");
      throw error;
    }
  });
