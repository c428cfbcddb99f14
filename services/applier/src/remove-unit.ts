import { ApplyResult } from "@evenkeel/contracts";

import type { Run } from "./admit.ts";
import { forgetName } from "./renamed.ts";
import { runUnit } from "./run-unit.ts";
import type { RunEnd } from "./run-unit.ts";

/** Forgets a unit: its claims and inventory go, the floor on the cluster keeps anything older out. */
const forget = async (run: Run): Promise<void> => {
  const { deps, held, fact } = run;
  await forgetName(deps, held, fact.unit);
  run.anchor.forget(fact.unit.appUid, fact.version.fleet);
};

/**
 * A removed application: its objects stay as they are (orphaned), or are pruned with every proof and budget if its last
 * declaration said so. The unit is forgotten once nothing of it is left to delete.
 */
export const removeUnit = async (run: Run): Promise<RunEnd> => {
  if (run.declared.app.spec.deletionPolicy === "orphan") {
    await forget(run);
    return { told: { result: ApplyResult.REMOVED }, lookAgain: undefined };
  }
  const end = await runUnit(run);
  const left = await run.held.inventories.get(run.fact.unit);
  if ((left.value?.items ?? []).length === 0 && end.told.result === ApplyResult.REMOVED) await forget(run);
  return end;
};
