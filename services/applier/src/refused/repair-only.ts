import { isAdmission } from "@evenkeel/apply";

import type { Run } from "../run/admit.ts";
import { applyOnly } from "../write/apply-plan.ts";
import { planUnit } from "../plan/plan-unit.ts";
import { pruneAbsent } from "../prune/prune-absent.ts";
import { loosening, refusingObjects } from "./refusing.ts";
import { stage } from "../run/stages.ts";
import type { AnchorUnwritable } from "../cluster/unwritable-anchor.ts";

/**
 * A webhook or policy refuses the anchor, and would so keep out the very commit that repairs it: what loosens it, or is it, is
 * applied or pruned, and nothing else. Throws why nothing else is.
 */
export const repairOnly = async (run: Run, refused: AnchorUnwritable): Promise<never> => {
  if (!(run.inventory.value?.items ?? []).some(({ ref }) => ref !== undefined && isAdmission(ref))) throw refused;
  const refusing = new Set(refused.refusedBy);
  const { plan } = await stage(run, "plan", () => planUnit(run));
  const only = new Set([...loosening(plan), ...refusingObjects(plan, refusing)]);
  await pruneAbsent(run, plan, await applyOnly(run, plan, only), refusing);
  throw refused;
};
