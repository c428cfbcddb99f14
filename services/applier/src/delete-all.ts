import { orderObjects, reverseOrder } from "@evenkeel/apply";
import type { PlannedWrite } from "@evenkeel/apply";
import type { Claim } from "@evenkeel/contracts";
import { describeRef, refOf } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { carryOut } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import { claimantOf } from "./claim-refs.ts";
import { resultsOf } from "./core/step-words.ts";
import { deleteObject } from "./delete-object.ts";
import type { Deleted } from "./delete-object.ts";
import { ClaimUnreadable } from "./unreadable-claim.ts";
import { withIntent } from "./with-intent.ts";

const GONE_WITHIN_MS = 200;
const AT_ONCE = 8;

/** Whose an object is cannot be read. */
const unreadable = ({ message, remedy }: ClaimUnreadable) =>
  ({ kind: "failed", reason: { code: "OwnershipConflict", message, remedy } }) as const;

/** Deletes one object that no other app can take meanwhile; if that fails, they may again. */
const deleteOurs = async (run: Run, live: KubeObject): Promise<StepResult<Deleted>> => {
  const { claims } = run.deps;
  const ref = refOf(live);
  let other: Claim | undefined;
  try {
    other = await claims.end(claimantOf(run), ref, run.signal);
  } catch (error) {
    if (!(error instanceof ClaimUnreadable)) throw error;
    return { ...unreadable(error), again: true };
  }
  if (other !== undefined) {
    const message = `${describeRef(ref)} is kept: application ${other.app} has taken it over`;
    const reason = { code: "OwnershipConflict", message, remedy: "nothing: it belongs to that application" } as const;
    return { kind: "failed", reason, again: true };
  }
  const result = await deleteObject(run, live, "Background", GONE_WITHIN_MS);
  if (result.kind !== "done") await claims.offer(claimantOf(run), ref, run.held.signalOfWrites);
  return result;
};

/** Deletes objects between an intent and its outcome, in the reverse of the order in which they were made. */
export const deleteAll = async (
  run: Run,
  targets: readonly KubeObject[],
  writes: readonly PlannedWrite[],
  digest: string,
): Promise<{ readonly results: readonly StepResult<Deleted>[]; readonly ledger: bigint }> => {
  const { fact, held } = run;
  const record = {
    run: held.nextRun(),
    unit: fact.unit,
    version: fact.version,
    digest: fact.digest,
    planDigest: digest,
    revision: fact.revision,
    traceId: fact.traceId,
    writes,
  };
  const { value, ledger } = await withIntent(run, record, undefined, async () => {
    const results = await carryOut(reverseOrder(orderObjects(targets)), AT_ONCE, async (index) => {
      const live = targets[index];
      return live === undefined ? { kind: "not-tried" as const } : deleteOurs(run, live);
    });
    return { value: results, results: resultsOf(results), word: "prune", inventoryRevision: 0 };
  });
  return { results: value, ledger };
};
