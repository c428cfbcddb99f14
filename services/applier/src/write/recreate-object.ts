import { isOwnedBy, decideReplaced, planSteps } from "@evenkeel/apply";
import type { Step } from "@evenkeel/apply";
import { isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import type { ObjectRef, Reason } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";
import { deleteObject } from "../prune/delete-object.ts";
import type { Deleted } from "../prune/delete-object.ts";
import { execute } from "../execute.ts";
import { failureOf } from "./guard.ts";
import { spendRecreate } from "../prune/prune-budgets.ts";
import { putBack } from "./put-back.ts";
import { wasOurs } from "./means.ts";
import type { Means } from "./means.ts";
import type { ObjectWrite, Written } from "./write-object.ts";

const GONE_WITHIN_MS = 20_000;
const NOT_TRIED = { kind: "not-tried" } as const;

/** What somebody made under the name of an object of ours is put back like other drift; what never was ours is not deleted. */
const refusedAsForeign = (means: Means, ref: ObjectRef, live: KubeObject): Reason | undefined => {
  if (wasOurs(means, ref)) {
    const decision = decideReplaced({ ref, live, owner: means.stamp, policy: means.spec });
    return decision.kind === "refuse" ? decision.reason : undefined;
  }
  if (isOwnedBy(live, means.stamp)) return undefined;
  const message = `${ref.kind} ${ref.name} cannot be replaced: it is not ours`;
  return { code: "OwnershipConflict", message, remedy: "delete it by hand" };
};

/** Replaces an object whose field cannot be changed: named in an intent of its own, deleted by uid, made again once it is gone. */
export const recreateObject = async (
  run: Run,
  write: ObjectWrite,
  create: (fresh: ObjectWrite) => Promise<StepResult<Written>>,
): Promise<StepResult<Written>> => {
  try {
    const live = await run.kube.getObject(write.ref, {}, run.signal);
    if (live === undefined) return await create({ ...write, uid: "" });
    const foreign = refusedAsForeign(run.means, write.ref, live);
    if (foreign !== undefined) return { kind: "failed", reason: foreign, again: true };
    const { uid = "" } = live.metadata;
    const step: Step = { verb: "delete", ref: write.ref, object: live, digest: "", uid, force: false };
    const plan = planSteps(run.fact.unit, [step]);
    const overBudget = await spendRecreate(run, write.ref, plan.digest);
    if (overBudget !== undefined) return { kind: "failed", reason: overBudget, again: true };
    const { results } = await execute<Step, Deleted>(run, plan, {
      atOnce: 1,
      step: () => deleteObject(run.means, live, "Background", GONE_WITHIN_MS),
      word: () => "recreate",
    });
    const [deleted = NOT_TRIED] = results;
    if (deleted.kind === "failed") return { ...deleted, stored: undefined };
    if (deleted.kind !== "done") return deleted;
    if (deleted.value !== "gone") {
      const message = `${write.ref.kind} ${write.ref.name} is still being deleted`;
      return {
        kind: "failed",
        reason: { code: "DeleteStuck", message, remedy: "see what holds its deletion" },
        again: true,
      };
    }
    const made = await create({ ...write, uid: "", force: false, former: live });
    return made.kind === "failed" ? { kind: "failed", ...(await putBack(run, write.ref, live, made)) } : made;
  } catch (error) {
    if (isApiError(error)) return { kind: "failed", ...failureOf(write.ref, error, "apply") };
    throw error;
  }
};
