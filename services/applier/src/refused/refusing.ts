import { admissionNames, isAdmission } from "@evenkeel/apply";
import type { ApplyPlan, InventoryEntry } from "@evenkeel/apply";

import type { Run } from "../run/admit.ts";
import type { StepResult } from "../run/carry-out.ts";

/** Names of the webhooks and policies that kept objects of a plan from being written. */
export const refusingNames = (results: readonly StepResult<unknown>[]): ReadonlySet<string> =>
  new Set(results.flatMap((each) => (each.kind === "failed" ? (each.refusedBy ?? []) : [])));

/** What a plan changes that refuses less than before: it goes before all that the old state may refuse. */
export const loosening = ({ admission }: ApplyPlan): readonly number[] =>
  admission.flatMap(({ index, loosens }) => (loosens ? [index] : []));

/** What a plan changes of those that refuse its other objects: nothing else can go until they have changed. */
export const refusingObjects = ({ admission }: ApplyPlan, refusing: ReadonlySet<string>): readonly number[] =>
  admission.flatMap(({ index, names }) => (names.some((name) => refusing.has(name)) ? [index] : []));

/** What left desired and still refuses objects of the plan: it is what keeps the plan from being applied in full. */
export const refusingAbsent = async (
  run: Run,
  { absent }: ApplyPlan,
  refusing: ReadonlySet<string>,
): Promise<readonly InventoryEntry[]> => {
  if (refusing.size === 0) return [];
  const found = await Promise.all(
    absent
      .filter(({ ref }) => isAdmission(ref))
      .map(async (entry) => {
        const live = await run.kube.getObject(entry.ref, {}, run.signal);
        return live !== undefined && admissionNames(live).some((name) => refusing.has(name)) ? [entry] : [];
      }),
  );
  return found.flat();
};
