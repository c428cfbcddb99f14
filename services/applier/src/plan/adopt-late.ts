import { decideAdoption, needsTrial, writeOfAdoption } from "@evenkeel/apply";
import type { Reason } from "@evenkeel/words";

import type { Means } from "../write/means.ts";
import { readOnce } from "../write/reading.ts";
import type { Reading } from "../write/reading.ts";
import { tryApply } from "./try-adoption.ts";
import type { ObjectWrite } from "../write/write-object.ts";

/** How a name is written that was never ours, or why what has it now is left to others. */
export type LateAdoption =
  | { readonly kind: "write"; readonly write: ObjectWrite }
  | { readonly kind: "refused"; readonly reason: Reason };

/**
 * Between plan and write somebody may have made an object under a name that was free, or another in the place of the one
 * that was seen: an apply would merge into it. The rules of adoption decide again, on what is live now. Throws ApiError.
 */
export const adoptLate = async (
  means: Means,
  write: ObjectWrite,
  reading: Reading = readOnce(means, write.ref),
): Promise<LateAdoption> => {
  const { adopt } = means.spec;
  const live = await reading();
  if (live !== undefined && live.metadata.uid === write.uid) return { kind: "write", write }; // what the plan has judged
  const tried =
    live !== undefined && needsTrial(live, means.stamp, adopt) ? await tryApply(means, write, live) : undefined;
  const decision = decideAdoption({ ref: write.ref, live, owner: means.stamp, policy: adopt, tried });
  if (decision.kind === "refuse") return { kind: "refused", reason: decision.reason };
  return { kind: "write", write: { ...write, ...writeOfAdoption(decision.kind, live) } };
};
