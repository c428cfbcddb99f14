import { ApplyResult } from "@evenkeel/contracts";

import type { Run } from "../run/admit.ts";
import { forgetName } from "../plan/renamed.ts";
import { runUnit } from "../run/run-unit.ts";
import type { RunEnd } from "../run/run-end.ts";

/** Forgets a unit: its claims and inventory go, the floor on the cluster keeps anything older out. */
const forget = async (run: Run): Promise<void> => {
  const { deps, partition, fact } = run;
  await forgetName(deps, partition, fact.unit);
  run.anchor.forget(fact.unit.appUid, fact.version.fleet);
};

/** What is kept must stay in sight: who removed the application waits for its objects to go, or has to approve that. */
const stillThere = (end: RunEnd): RunEnd => {
  const reason = end.report.parked?.[0]?.reason;
  return { ...end, report: { ...end.report, result: ApplyResult.HELD, reason } };
};

/**
 * A removed application: its objects stay as they are (orphaned), or are pruned with every proof and budget if its last
 * declaration said so. The unit is forgotten once nothing of it is left to delete.
 */
export const removeUnit = async (run: Run): Promise<RunEnd> => {
  if (run.declared.app.spec.deletionPolicy === "orphan") {
    if (run.unanchored !== undefined) throw run.unanchored;
    await forget(run);
    return { report: { result: ApplyResult.REMOVED }, lookAgain: undefined, opened: true };
  }
  const end = await runUnit(run);
  if (end.report.result !== ApplyResult.REMOVED) return end;
  const left = await run.partition.inventories.get(run.fact.unit);
  if ((left.value?.items ?? []).length > 0) return stillThere(end);
  await forget(run);
  return { ...end, opened: true };
};
