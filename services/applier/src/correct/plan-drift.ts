import { planCorrections, refsReplaced, selectCorrections } from "@evenkeel/apply";
import type { DesiredObject, PacedCorrection } from "@evenkeel/apply";
import type { DriftDetected, Finding } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { FightPolicy, ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { fightReason, findingsByRef, findingsOf, pathsOf } from "../core/drift-findings.ts";
import { placedByRef } from "../plan/desired-set.ts";
import type { Correctable } from "./drift-pace.ts";
import { unitKey } from "../partition/partition.ts";
import { keyOfItem } from "../plan/inventories.ts";

/** One finding that still holds, with what its pace is remembered by. */
export interface Found extends PacedCorrection {
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

/** What is put back, as what was applied, and what is left to others. */
export type DriftPlan = Awaited<ReturnType<typeof planDrift>>;

/** What of a detector's findings holds, is due and is ours. */
export const planDrift = async (run: Run, fact: DriftDetected) => {
  const { spec } = run.declared.app;
  const found = foundOf(run, fact, spec.onFight === "hold" ? "hold" : "correct");
  const live = await readLive(run, refsReplaced(found));
  const desired: ReadonlyMap<string, DesiredObject> = await placedByRef(run, fact.digest);
  const { unit } = run.fact;
  const plan = planCorrections({ unit, corrections: found, live, desired, owner: run.means.stamp, policy: spec });
  const byRef = new Map(found.map((each) => [formatRef(each.ref), each]));
  const among = (refs: readonly ObjectRef[]): readonly Found[] =>
    refs.flatMap((ref) => byRef.get(formatRef(ref)) ?? []);
  return { ...plan, desired, due: among(plan.steps.map(({ ref }) => ref)), foreign: among(plan.foreign) };
};
