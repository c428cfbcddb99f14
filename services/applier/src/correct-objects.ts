import { orderObjects, planDigest } from "@evenkeel/apply";
import type { Correction, DesiredObject, PlannedWrite } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { Finding, InventoryItem } from "@evenkeel/contracts";

import type { Run } from "./admit.ts";
import { resultWord } from "./applied-fact.ts";
import { carryOut } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import { resultsOf } from "./core/step-words.ts";
import { keyOfItem } from "./inventories.ts";
import { writtenItems } from "./run-inventory.ts";
import { withIntent } from "./with-intent.ts";
import { leaseEnded } from "./write-refused.ts";
import { takenOf, writeObject } from "./write-object.ts";
import type { Written } from "./write-object.ts";

/** What became of corrections, and what the inventory says since. */
export interface Corrected {
  readonly results: readonly StepResult<Written>[];
  readonly inventoryRevision: number;
}

const wordOf = (results: readonly StepResult<Written>[]): string => {
  if (results.some(({ kind }) => kind === "failed")) return resultWord(ApplyResult.FAILED);
  const isWhole = results.every(({ kind }) => kind === "done");
  return resultWord(isWhole ? ApplyResult.CORRECTED : ApplyResult.SUPERSEDED);
};

/** The records of what was written go into the inventory; where nothing was, nothing changes there. */
const saveWritten = async ({ held, fact, inventory }: Run, results: readonly StepResult<Written>[]) => {
  const written = writtenItems(results);
  const stored = inventory.value;
  if (stored === undefined || written.size === 0) return inventory;
  const items = stored.items.map((item): InventoryItem => written.get(keyOfItem(item)) ?? item);
  // What was stored without our marks is applied again by a look of its own.
  const complete = stored.complete && !results.some(isStoredAmiss);
  return held.inventories.save(fact.unit, { ...stored, complete, items });
};

/** It was written, and is not known as ours. */
export const isStoredAmiss = (result: StepResult<Written>): boolean =>
  result.kind === "failed" && result.stored !== undefined;

/** Writes corrections between an intent and its outcome, which names what each of them answers. */
export const correctObjects = async (
  run: Run,
  corrections: readonly (Correction & DesiredObject)[],
  desired: ReadonlyMap<string, DesiredObject>,
  { traceId, drift }: { readonly traceId: string; readonly drift: ReadonlyMap<string, Finding> },
): Promise<{ readonly value: Corrected; readonly ledger: bigint }> => {
  const { held, fact } = run;
  const writes = corrections.map(({ ref, digest }): PlannedWrite => ({ verb: "correct", ref, content: digest }));
  const { unit, version, digest, revision } = fact;
  const plan = planDigest(unit, writes);
  const record = { run: held.nextRun(), unit, version, digest, planDigest: plan, revision, traceId, writes, drift };
  return withIntent(run, record, undefined, async () => {
    const order = orderObjects(corrections.map(({ object }) => object));
    const results = await carryOut(order, corrections.length, async (index): Promise<StepResult<Written>> => {
      const correction = corrections[index];
      return correction === undefined ? { kind: "not-tried" } : writeObject(run, correction, async () => desired);
    });
    if (!(await held.lease.sure())) throw leaseEnded(held.partition);
    const { revision: inventoryRevision } = await saveWritten(run, results);
    const word = wordOf(results);
    return { value: { results, inventoryRevision }, results: resultsOf(results, takenOf), word, inventoryRevision };
  });
};
