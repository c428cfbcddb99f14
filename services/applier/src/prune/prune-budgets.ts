import { SHARED_BUDGETS, isApproved, pruneBudget, spentAt, withoutNewest } from "@evenkeel/apply";
import type { Counted, DeclaredApproval, Spent } from "@evenkeel/apply";
import { BusConflict } from "@evenkeel/bus";
import type { OwnStateOf } from "@evenkeel/bus";
import { buckets, formatVersion } from "@evenkeel/contracts";
import type { KeyOf } from "@evenkeel/contracts";
import type { ObjectRef, Reason } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { unitKey } from "../partition/partition.ts";

type Counts = OwnStateOf<typeof buckets.deletionCount>;
type CountKey = KeyOf<typeof buckets.deletionCount.template>;

const FLEET: CountKey = { cluster: "_fleet" };
const TRIES = 20;
const REMEDY = "nothing: it goes on as deletions of the last 10 minutes are forgotten, or declare an Approval";

const refused = (message: string, remedy: string): Reason => ({ code: "PruneBudget", message, remedy });

const spentInVersion = ({ partition, fact }: Run) => {
  const spent = partition.deletions.get(unitKey(fact.unit));
  return spent?.version === formatVersion(fact.version) ? spent : undefined;
};

/** How many deletions this version of the unit has used up, in this term of the owner. */
export const deletedInVersion = (run: Run): number => spentInVersion(run)?.count ?? 0;

/** How many deletions a unit of so many objects may make: what the version has deleted already does not make it a smaller one. */
export const budgetOf = (run: Run, objects: number): number =>
  pruneBudget(Math.max(objects, spentInVersion(run)?.of ?? 0));

/** The unit's Approvals, by name. */
export const approvalsOf = ({ declared }: Run): readonly DeclaredApproval[] =>
  declared.approvals.map(({ metadata: { name }, spec }) => ({ name, ...spec }));

/** Something that is not ours may hide deletions of as long as they are remembered. */
const mayHide = (at: Date, now: Date): boolean => spentAt([{ at, count: 1 }], now).sum > 0;

/** What becomes of a count; without `next` it stays as it is. */
interface Change {
  readonly allowed: boolean;
  readonly next?: readonly Spent[];
}

/** Changes a count by compare-and-set; whether that was allowed. Throws what the bus throws, and over what is not ours. */
const changeCount = async (
  { bucket, key, run }: { readonly bucket: Counts; readonly key: CountKey; readonly run: Run },
  change: (spent: Counted, now: Date) => Change,
): Promise<boolean> => {
  for (let tries = 1; ; tries += 1) {
    const found = await bucket.get(key, run.signal);
    const now = run.deps.clock.now();
    if (found?.foreign !== undefined && mayHide(found.at, now)) throw new Error(found.foreign);
    const stored = (found?.value?.deletions ?? []).flatMap(({ at, count }) =>
      at === undefined ? [] : [{ at, count }],
    );
    const counted = spentAt(stored, now);
    const { allowed, next = counted.restamped ? counted.recent : undefined } = change(counted, now);
    if (next === undefined) return allowed;
    try {
      await bucket.update(key, { deletions: [...next] }, found?.revision ?? 0, run.signal);
      return allowed;
    } catch (error) {
      if (!(error instanceof BusConflict) || tries >= TRIES) throw error;
    }
  }
};

/** Counts deletions; false: they would be more than `most`. */
const count = (
  bucket: Counts,
  key: CountKey,
  { add, most }: { readonly add: number; readonly most: number },
  run: Run,
): Promise<boolean> =>
  changeCount({ bucket, key, run }, ({ recent, sum }, now) => {
    if (sum + add > most) return { allowed: false };
    return add === 0 ? { allowed: true } : { allowed: true, next: [...recent, { at: now, count: add }] };
  });

const giveBack = (bucket: Counts, key: CountKey, back: number, run: Run): Promise<boolean> =>
  changeCount({ bucket, key, run }, ({ recent }) =>
    recent.length === 0 ? { allowed: true } : { allowed: true, next: withoutNewest(recent, back) },
  );

const spendShared = async (run: Run, add: number, approved: boolean): Promise<Reason | undefined> => {
  const { deps, fact } = run;
  const bucket = deps.bus.ownState(buckets.deletionCount);
  const most = (limit: number): number => (approved ? Number.POSITIVE_INFINITY : limit);
  const over = (where: string, limit: number): Reason =>
    refused(`${add} more deletions would be more than ${limit} in 10 minutes ${where}`, REMEDY);
  try {
    // Looked at first, so that what the fleet refuses is not counted for the cluster.
    const hasRoom = await count(bucket, FLEET, { add: 0, most: most(SHARED_BUDGETS.fleet - add) }, run);
    if (!hasRoom) return over("over all clusters", SHARED_BUDGETS.fleet);
    const key = { cluster: fact.unit.cluster };
    if (!(await count(bucket, key, { add, most: most(SHARED_BUDGETS.cluster) }, run)))
      return over(`on cluster ${fact.unit.cluster}`, SHARED_BUDGETS.cluster);
    if (!(await count(bucket, FLEET, { add, most: most(SHARED_BUDGETS.fleet) }, run)))
      return over("over all clusters", SHARED_BUDGETS.fleet);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `the count of deletions cannot be read or written: ${why}`;
    return refused(message, "look at the bus: without it nothing is deleted");
  }
};

const addToVersion = (run: Run, add: number): void => {
  const count = deletedInVersion(run) + add;
  const of = Math.max(run.inventory.value?.items.length ?? 0, spentInVersion(run)?.of ?? 0);
  run.partition.deletions.set(unitKey(run.fact.unit), { version: formatVersion(run.fact.version), count, of });
};

/**
 * Uses up the cluster's and the fleet's budget before so many deletions are made (invariant prune.budget); a reason: none may be
 * made. An approved plan is counted and not refused. Without a counter nothing is deleted.
 */
export const spendDeletions = async (run: Run, add: number, approved: boolean): Promise<Reason | undefined> => {
  addToVersion(run, add); // before anything is awaited: objects of one plan are made again side by side
  const reason = await spendShared(run, add, approved);
  if (reason !== undefined) addToVersion(run, -add);
  return reason;
};

/** Gives back what was counted for deletions that the cluster refused; where that fails they stay counted, which is safe. */
export const giveBackDeletions = async (run: Run, count: number): Promise<void> => {
  if (count === 0) return;
  addToVersion(run, -count);
  const bucket = run.deps.bus.ownState(buckets.deletionCount);
  try {
    await giveBack(bucket, { cluster: run.fact.unit.cluster }, count, run);
    await giveBack(bucket, FLEET, count, run);
  } catch (error) {
    run.signal.throwIfAborted();
    run.deps.telemetry.log.warn("refused deletions stay counted", { cluster: run.fact.unit.cluster, count, error });
  }
};

/** Uses up the budgets, the unit's own too, for one object that is deleted to be made again; a reason: it may not be. */
export const spendRecreate = async (run: Run, ref: ObjectRef, digest: string): Promise<Reason | undefined> => {
  const approved = isApproved(digest, { declared: approvalsOf(run), now: run.deps.clock.now() });
  const budget = budgetOf(run, run.inventory.value?.items.length ?? 0);
  const used = deletedInVersion(run);
  if (!approved && used >= budget) {
    const message = `${ref.kind} ${ref.name} would be deleted to be made again, after ${used} of ${budget} deletions`;
    return refused(message, `declare an Approval that names plan ${digest}, or change the field back in Git`);
  }
  return spendDeletions(run, 1, approved);
};
