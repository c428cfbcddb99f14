import type { Claim } from "@evenkeel/contracts";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { claimantOf } from "../claims/claim-refs.ts";
import { deleteObject } from "./delete-object.ts";
import type { Deleted } from "./delete-object.ts";
import { ClaimUnreadable } from "../claims/unreadable-claim.ts";

const GONE_WITHIN_MS = 200;

/** Whose an object is cannot be read. */
const unreadable = ({ message, remedy }: ClaimUnreadable) =>
  ({ kind: "failed", reason: { code: "OwnershipConflict", message, remedy } }) as const;

/** Deletes one object that no other app can take meanwhile; if that fails, they may again. */
export const deleteOurs = async (run: Run, ref: ObjectRef, live: KubeObject): Promise<StepResult<Deleted>> => {
  const { claims } = run.deps;
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
  const result = await deleteObject(run.means, live, "Background", GONE_WITHIN_MS);
  if (result.kind !== "done") await claims.offer(claimantOf(run), ref, run.partition.signalOfWrites);
  return result;
};
