import { writesOf } from "@evenkeel/apply";
import type { Plan, Step } from "@evenkeel/apply";
import { EntryKind } from "@evenkeel/contracts";
import type { Finding } from "@evenkeel/contracts";
import type { TakenField } from "@evenkeel/drift";

import type { Run } from "./run/admit.ts";
import { carryOut } from "./run/carry-out.ts";
import type { OutOfTurn, StepResult } from "./run/carry-out.ts";
import { resultsOf } from "./core/step-words.ts";
import { intentOf, outcomeOf } from "./core/unit-writes.ts";
import type { RunRecord, WriteEnd } from "./core/unit-writes.ts";
import type { StoredInventory } from "./plan/inventories.ts";
import { leaseEnded } from "./write/write-refused.ts";

/** How one kind of plan is carried out. */
export interface Execution<S extends Step, T> extends OutOfTurn<T> {
  /** How many steps are on their way at once. */
  readonly atOnce: number;
  /** Nothing else of it is tried. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Carries out one step; `stored` is what an earlier try of it has stored. What it throws ends all. */
  readonly step: (step: S, stored: T | undefined) => Promise<StepResult<T>>;
  readonly takenOf?: (value: T) => readonly TakenField[];
  /** The result in a word. */
  readonly word: (results: readonly StepResult<T>[]) => string;
  /** Stores what must be in the inventory before the first write. */
  readonly list?: () => Promise<unknown>;
  readonly onWritten?: (results: readonly StepResult<T>[]) => void;
  /** Stores in the inventory what was written. */
  readonly save?: (results: readonly StepResult<T>[]) => Promise<StoredInventory>;
  /** What the writes answer, where that is not the desired. */
  readonly answers?: { readonly traceId: string; readonly drift: ReadonlyMap<string, Finding> };
}

/** What carrying out a plan came to; `ledger`: the number of its outcome. */
export interface Executed<T> {
  readonly results: readonly StepResult<T>[];
  readonly stored: StoredInventory;
  readonly ledger: bigint;
}

/**
 * Carries out a plan between its intent and its outcome (invariant write.audit): no intent, no write, and no intent without an
 * outcome while the lease lasts. Intent and listed inventory, then the steps in order, then the inventory, then the outcome.
 */
export const execute = async <S extends Step, T>(
  run: Run,
  { steps, order, digest }: Pick<Plan<S>, "steps" | "order" | "digest">,
  how: Execution<S, T>,
): Promise<Executed<T>> => {
  const { partition, fact } = run;
  const listing = how.list?.();
  const record: RunRecord = {
    run: partition.nextRun(),
    unit: fact.unit,
    version: fact.version,
    digest: fact.digest,
    planDigest: digest,
    revision: fact.revision,
    traceId: fact.traceId,
    writes: writesOf(steps),
    ...how.answers,
  };
  const close = async (ends: readonly WriteEnd[], word: string, revision: number): Promise<bigint> =>
    partition.chain.append(EntryKind.OUTCOME, outcomeOf(record, ends, word, BigInt(revision)));
  const [intent, listed] = await Promise.allSettled([
    partition.chain.append(EntryKind.INTENT, intentOf(record)),
    listing,
  ]);
  if (intent.status === "rejected") throw intent.reason;
  let results: readonly StepResult<T>[];
  let stored = run.inventory;
  try {
    if (listed.status === "rejected") throw listed.reason;
    const step = async (index: number, before: T | undefined): Promise<StepResult<T>> => {
      const next = steps[index];
      return next === undefined || how.only?.has(index) === false ? { kind: "not-tried" } : how.step(next, before);
    };
    results = await carryOut(order, how.atOnce, step, how);
    how.onWritten?.(results);
    if (how.save !== undefined) {
      if (!(await partition.lease.sure())) throw leaseEnded(partition.number);
      stored = await how.save(results);
    }
  } catch (error) {
    // Where the lease has ended, the successor closes it.
    await close([], "interrupted", 0).catch(() => {});
    throw error;
  }
  const written = results.filter((_, index) => steps[index]?.verb !== "unchanged");
  const revision = how.save === undefined ? 0 : stored.revision;
  return { results, stored, ledger: await close(resultsOf(written, how.takenOf), how.word(results), revision) };
};
