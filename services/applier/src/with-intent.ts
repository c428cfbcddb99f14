import { EntryKind } from "@evenkeel/contracts";

import type { Run } from "./admit.ts";
import { intentOf, outcomeOf } from "./core/unit-writes.ts";
import type { RunRecord, WriteEnd } from "./core/unit-writes.ts";

/** What each write of an intent came to, and the run's result in a word. */
export interface IntentEnd<T> {
  readonly value: T;
  readonly results: readonly WriteEnd[];
  readonly word: string;
  readonly inventoryRevision: number;
}

/**
 * Stores the intent, does the work and stores its outcome (invariant write.audit): no intent, no write, and no intent without an
 * outcome while the lease lasts. `ready` must be stored too before the first write. Resolves to the outcome's number.
 */
export const withIntent = async <T>(
  { held }: Pick<Run, "held">,
  record: RunRecord,
  ready: Promise<unknown> | undefined,
  work: () => Promise<IntentEnd<T>>,
): Promise<{ readonly value: T; readonly ledger: bigint }> => {
  const [intent, other] = await Promise.allSettled([held.chain.append(EntryKind.INTENT, intentOf(record)), ready]);
  if (intent.status === "rejected") throw intent.reason;
  let end: IntentEnd<T>;
  try {
    if (other.status === "rejected") throw other.reason;
    end = await work();
  } catch (error) {
    // Where the lease has ended, the successor closes it.
    await held.chain.append(EntryKind.OUTCOME, outcomeOf(record, [], "interrupted", 0n)).catch(() => {});
    throw error;
  }
  const { value, results, word, inventoryRevision } = end;
  const outcome = outcomeOf(record, results, word, BigInt(inventoryRevision));
  return { value, ledger: await held.chain.append(EntryKind.OUTCOME, outcome) };
};
