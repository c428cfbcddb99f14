import { deletableOf, firstOf, planPrune, restOf, sortAbsent, withoutNeeded } from "@evenkeel/apply";
import type { InventoryEntry, PrunePlan, PruneRules } from "@evenkeel/apply";
import type { InventoryItem } from "@evenkeel/contracts";
import { storedKey } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import type { ParkedObject } from "../run/applied-fact.ts";
import { deleteRound } from "./delete-round.ts";
import { wantedElsewhere } from "./elsewhere.ts";
import { endingElsewhere } from "./ending-elsewhere.ts";
import { unitKey } from "../partition/partition.ts";
import { lookAtAbsent } from "./look-at-absent.ts";
import { namedBy } from "./named-by.ts";
import { approvalsOf, budgetOf, deletedInVersion } from "./prune-budgets.ts";

/** What pruning came to. */
export interface Pruned {
  /** Refs that are confirmed gone or no longer ours: they leave the inventory. */
  readonly dropped: ReadonlySet<string>;
  readonly deleted: number;
  /** Kept, each with the first condition that does not hold. */
  readonly parked: readonly ParkedObject[];
  /** What an Approval names: the deletions that need one. Empty if none does. */
  readonly planDigest: string;
  /** When to look again, ms from now. */
  readonly lookAgainMs: number | undefined;
  readonly ledger: bigint | undefined;
}

export const nothingPruned: Pruned = {
  dropped: new Set(),
  deleted: 0,
  parked: [],
  planDigest: "",
  lookAgainMs: undefined,
  ledger: undefined,
};

const LEFT_LOOK_MS = 2_000;
const BUDGET_LOOK_MS = 60_000;

/** All that left a desired, and what is listed and desired beside it. */
export interface Leaving {
  readonly absent: readonly InventoryEntry[];
  readonly desired: readonly ObjectRef[];
  readonly items: readonly InventoryItem[];
}

const rulesOf = (run: Run, { absent, desired, items }: Leaving): PruneRules => {
  const { spec } = run.declared.app;
  const { removed } = run.fact;
  const leaving = new Set(absent.map(({ ref }) => formatRef(ref)));
  return {
    owner: { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation },
    desired: new Set(desired.map(storedKey)),
    render: { verified: true, empty: desired.length === 0 },
    allowEmpty: spec.prune.allowEmpty || removed,
    applied: true,
    enabled: spec.prune.enabled || removed,
    removed,
    budget: budgetOf(run, items.length),
    graceMs: spec.prune.graceSeconds * 1000,
    heldUids: new Set(items.flatMap(({ ref, uid }) => (ref && !leaving.has(formatRef(ref)) && uid ? [uid] : []))),
  };
};

/** Reads all that proofs need: each entry by itself, and for what could be deleted what the whole cluster says. */
const planOf = async (run: Run, leaving: Leaving): Promise<PrunePlan> => {
  const { clock } = run.deps;
  const listed = new Map(leaving.items.map((item) => [item.ref === undefined ? "" : formatRef(item.ref), item]));
  const absent = await Promise.all(
    leaving.absent.map(async (entry) => lookAtAbsent(run, entry, listed.get(formatRef(entry.ref)))),
  );
  const rules = rulesOf(run, leaving);
  const seenAt = clock.now();
  const sorted = absent.map((each) => sortAbsent(each, rules, seenAt));
  const refs = deletableOf(sorted);
  const [wanted, named] = await Promise.all([wantedElsewhere(run, refs, listed), namedBy(run, refs)]);
  return planPrune({
    unit: run.fact.unit,
    sorted,
    wantedBy: wanted,
    namedBy: named,
    desired: leaving.desired,
    deleted: deletedInVersion(run),
    budget: rules.budget,
    approvals: {
      declared: approvalsOf(run),
      before: run.partition.approvedPlans.get(unitKey(run.fact.unit)),
      now: clock.now(),
    },
  });
};

/** Deletes what left desired, each with every proof (invariants prune.*), all within the budget; the rest is kept and named. */
export const pruneUnit = async (run: Run, leaving: Leaving): Promise<Pruned> => {
  if (leaving.absent.length === 0) return nothingPruned;
  const plan = await planOf(run, leaving);
  const approved = plan.approved !== undefined;
  if (plan.approved !== undefined) run.partition.approvedPlans.set(unitKey(run.fact.unit), plan.approved);
  const before = await deleteRound(run, firstOf(plan), approved);
  const free = restOf(plan, before);
  const ending = await endingElsewhere(
    run,
    free.steps.map(({ object }) => object),
    plan.leaving,
  );
  const rest = withoutNeeded(plan, free, ending);
  const after = await deleteRound(run, rest, approved);
  const overBudget = before.overBudget || after.overBudget;
  const waits = [
    ...plan.waits,
    ...rest.waits,
    ...(overBudget ? [BUDGET_LOOK_MS] : []),
    ...(before.again || after.again ? [LEFT_LOOK_MS] : []),
  ];
  return {
    dropped: new Set([...plan.dropped, ...before.gone, ...after.gone].map(formatRef)),
    deleted: before.deleted + after.deleted,
    parked: [...plan.parked, ...before.parked, ...after.parked, ...rest.parked],
    planDigest: overBudget ? plan.digest : plan.digestInNeed,
    lookAgainMs: waits.length === 0 ? undefined : Math.max(50, Math.min(...waits)),
    ledger: after.ledger ?? before.ledger,
  };
};
