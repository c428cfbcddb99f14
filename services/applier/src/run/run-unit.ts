import { isProtectedKind } from "@evenkeel/apply";
import type { ApplyPlan } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { Inventory } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "./admit.ts";
import { applyPlan } from "../write/apply-plan.ts";
import type { StepResult } from "./carry-out.ts";
import { holdRefs, offerRefs } from "../claims/claim-refs.ts";
import { withKept } from "../plan/kept-fields.ts";
import { planUnit } from "../plan/plan-unit.ts";
import { pruneAbsent, withoutAliases } from "../prune/prune-absent.ts";
import { repairOnly } from "../refused/repair-only.ts";
import { endOfPlan } from "./run-end.ts";
import type { RunEnd } from "./run-end.ts";
import { inventoryOf, isKnown, sameVersion } from "../plan/run-inventory.ts";
import { stage } from "./stages.ts";
import { keepRefused, stillRefused } from "../refused/still-refused.ts";
import type { Written } from "../write/write-object.ts";

/** Refs that the plan asked for and that are written. */
const refsWritten = (plan: ApplyPlan, results: readonly StepResult<Written>[], claimed: readonly ObjectRef[]) => {
  const keys = new Set(claimed.map(formatRef));
  return plan.steps.flatMap(({ ref }, index) =>
    results[index]?.kind === "done" && keys.has(formatRef(ref)) ? [ref] : [],
  );
};

/** Others may wait for such an object. */
const opensMore = (ref: ObjectRef): boolean => isProtectedKind(ref) && ref.namespace === "";

const planAndWrite = async (run: Run): Promise<RunEnd> => {
  const { partition, fact } = run;
  if (run.unanchored !== undefined) return repairOnly(run, run.unanchored);
  if (isKnown(run) && !fact.removed) return remember(run, inventoryOf(run, run.inventory.value?.items ?? [], true));
  const same = await stillRefused(run);
  if (same !== undefined) return same;
  const { plan, claimed, tookOver } = await stage(run, "plan", () => planUnit(run));
  const written = await applyPlan(run, plan);
  await holdRefs(run, refsWritten(plan, written.results, claimed));
  const leaving = plan.absent.map(({ ref }) => ref);
  const staying = plan.steps.map(({ ref }) => ref);
  const offered = await offerRefs(run, withoutAliases(leaving, staying));
  const { pruned, ...applied } = await pruneAbsent(run, plan, written);
  const opened = offered || tookOver || plan.steps.some(({ verb, ref }) => verb === "create" && opensMore(ref));
  const end = { ...endOfPlan(run, plan, applied, pruned), opened };
  record(run, end.report.ledger ?? partition.chain.head?.n ?? 0n);
  keepRefused(run, plan, applied.results, end);
  return end;
};

/** The anchor is to say what was applied. */
const record = ({ anchor, fact }: Run, ledger: bigint): void => {
  const { version, digest, lineage, fleetStatement, unit } = fact;
  anchor.record(unit.appUid, { version, digest, lineage, ledger }, fleetStatement);
};

const remember = async (run: Run, value: Inventory): Promise<RunEnd> => {
  const { partition, fact } = run;
  const stored = sameVersion(run) ? run.inventory : await partition.inventories.save(fact.unit, value);
  record(run, partition.chain.head?.n ?? 0n);
  const counts = { unchanged: value.items.length };
  return {
    report: { result: ApplyResult.UNCHANGED, counts, inventoryRevision: stored.revision },
    lookAgain: undefined,
  };
};

/** A plan carried out and pruned, every write recorded before and after. Throws LeaseLost, AuditUnavailable, StateMoved, RunHalted. */
export const runUnit = async (run: Run): Promise<RunEnd> => withKept(run, await planAndWrite(run));
