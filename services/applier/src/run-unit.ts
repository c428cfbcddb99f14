import { isAdmission, isProtectedKind, writesOf } from "@evenkeel/apply";
import type { ApplyPlan, Step } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { Inventory, InventoryItem, ObjectProblem } from "@evenkeel/contracts";
import { formatRef, storedKey } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import type { Told } from "./applied-fact.ts";
import { AFTER_STOP_MS } from "./carry-out.ts";
import type { StepResult } from "./carry-out.ts";
import { holdRefs, offerRefs } from "./claim-refs.ts";
import { placedByRef } from "./desired-set.ts";
import { execute } from "./execute.ts";
import { keyOfItem } from "./inventories.ts";
import type { StoredInventory } from "./inventories.ts";
import { logTaken } from "./log-taken.ts";
import { planUnit } from "./plan-unit.ts";
import { withKept } from "./kept-fields.ts";
import type { KeptObject } from "./kept-fields.ts";
import { nothingPruned, pruneUnit } from "./prune-unit.ts";
import type { Pruned } from "./prune-unit.ts";
import { refusingAbsent, refusingNames, refusingObjects } from "./refusing.ts";
import {
  inventoryOf,
  isKnown,
  isSame,
  itemsAfter,
  itemsBefore,
  itemsOf,
  listsNew,
  sameVersion,
} from "./run-inventory.ts";
import { stage } from "./stages.ts";
import { keepRefused, stillRefused } from "./still-refused.ts";
import type { AnchorUnwritable } from "./unwritable-anchor.ts";
import { takenOf } from "./write-object.ts";
import type { Previous, Written } from "./write-object.ts";
import { writeStep } from "./write-step.ts";

/** How many requests of one unit are on their way at once: no more than one share of the transport's window at its widest. */
const AT_ONCE = 16;

/** The API server has taken notice by then that a webhook or policy is gone. */
const AFTER_REFUSING_MS = 1_000;

/** What a run came to. */
export interface RunEnd {
  readonly told: Omit<Told, "startedAt" | "epoch" | "cause">;
  /** A look is due in so many ms; "retry": as often as it has failed says. */
  readonly lookAgain: number | "retry" | undefined;
  /** It is the end of an earlier run over again, or no end at all. */
  readonly untold?: boolean;
  /** It made a Namespace or a CustomResourceDefinition, or an object changed hands: others may wait for that. */
  readonly opened?: boolean;
  /** Of each object that was written: what has left Git and stays, if anything. */
  readonly kept?: readonly KeptObject[];
}

/** What is as it was applied is done without a write. */
const asItWas = (known: ReadonlyMap<string, InventoryItem>, { ref }: Step): StepResult<Written> => {
  const item = known.get(formatRef(ref));
  return item === undefined ? { kind: "not-tried" } : { kind: "done", value: { item, created: false, taken: [] } };
};

/** Another try of what this run has stored: what the first one made and took, this run did. */
const storedBefore = (result: StepResult<Written>, { created, taken }: Written): StepResult<Written> => {
  if (result.kind !== "done") return result;
  const { value } = result;
  return { ...result, value: { ...value, created: created || value.created, taken: [...taken, ...value.taken] } };
};

const counted = (objects: readonly Step[], results: readonly StepResult<Written>[]) => {
  const counts = { created: 0, updated: 0, unchanged: 0, notTried: 0 };
  objects.forEach(({ verb }, index) => {
    const result = results[index];
    if (result?.kind === "stopped" || result?.kind === "not-tried" || result === undefined) counts.notTried += 1;
    else if (result.kind === "done") {
      if (verb === "unchanged") counts.unchanged += 1;
      else if (result.value.created) counts.created += 1;
      else counts.updated += 1;
    }
  });
  return counts;
};

const loosening = ({ admission }: ApplyPlan): readonly number[] =>
  admission.flatMap(({ index, loosens }) => (loosens ? [index] : []));

const failuresOf = (plan: ApplyPlan, results: readonly StepResult<Written>[]) =>
  results.flatMap((result, index) => {
    const ref = plan.steps[index]?.ref;
    return result.kind === "failed" && ref !== undefined ? [{ ref, reason: result.reason, again: result.again }] : [];
  });

/** What was written, and what the inventory says since. */
interface Applied {
  readonly results: readonly StepResult<Written>[];
  readonly items: readonly InventoryItem[];
  readonly stored: StoredInventory;
  readonly ledger: bigint | undefined;
}

/** Writes what differs; what is created is listed as pending before. */
const applyPlan = async (
  run: Run,
  plan: ApplyPlan,
  pending: readonly InventoryItem[],
  only?: ReadonlySet<number>,
): Promise<Applied> => {
  const { held, fact } = run;
  const known = itemsOf(run);
  const save = async (items: readonly InventoryItem[], isWhole: boolean): Promise<StoredInventory> =>
    held.inventories.save(fact.unit, inventoryOf(run, items, isWhole));
  let sent: ReturnType<Previous> | undefined;
  const previous: Previous = () => (sent ??= placedByRef(run, run.inventory.value?.digest ?? ""));
  const executed = await execute<Step, Written>(run, plan, {
    atOnce: AT_ONCE,
    only,
    first: only === undefined ? loosening(plan) : [...only],
    whenStuck: (results) => refusingObjects(plan, refusingNames(results)),
    ...(listsNew(run, plan) ? { list: () => save(pending, false) } : {}),
    step: async (step, before) => {
      if (step.verb === "unchanged") return asItWas(known, step);
      // It is known as ours by its uid alone.
      return before === undefined
        ? writeStep(run, step, previous)
        : storedBefore(await writeStep(run, { ...step, uid: before.item.uid }, previous), before);
    },
    takenOf,
    onWritten: (results) => logTaken(run, results),
    save: async (results) =>
      save(
        itemsAfter(pending, results),
        results.every(({ kind }) => kind === "done"),
      ),
    word: (results) => (isCutShort(run, results) ? "interrupted" : resultOf(run, results, true)),
  });
  return { ...executed, items: itemsAfter(pending, executed.results) };
};

/** Refs that the plan asked for and that are written. */
const refsWritten = (plan: ApplyPlan, results: readonly StepResult<Written>[], claimed: readonly ObjectRef[]) => {
  const keys = new Set(claimed.map(formatRef));
  return plan.steps.flatMap(({ ref }, index) =>
    results[index]?.kind === "done" && keys.has(formatRef(ref)) ? [ref] : [],
  );
};

/** Others may wait for such an object. */
const opensMore = (ref: ObjectRef): boolean => isProtectedKind(ref) && ref.namespace === "";

/** Nothing to write: every object is as it was applied. */
const keepPlan = async (run: Run, plan: ApplyPlan, pending: readonly InventoryItem[]): Promise<Applied> => {
  const known = itemsOf(run);
  const results = plan.steps.map((object) => asItWas(known, object));
  const stored =
    isSame(run, pending) && sameVersion(run)
      ? run.inventory
      : await run.held.inventories.save(run.fact.unit, inventoryOf(run, pending, true));
  return { results, items: pending, stored, ledger: undefined };
};

const refsOf = (items: readonly InventoryItem[]): readonly ObjectRef[] =>
  items.flatMap(({ ref }) => (ref === undefined ? [] : [ref]));

/** What is written by another group of its kind from now on is one object still, and has one claim. */
const withoutAliases = (leaving: readonly ObjectRef[], staying: readonly ObjectRef[]): readonly ObjectRef[] => {
  const kept = new Set(staying.map(storedKey));
  return leaving.filter((ref) => !kept.has(storedKey(ref)));
};

/** Prunes what left desired and takes what is gone out of the inventory; after a failure only what refuses (`refusing`). */
const prunePlan = async (
  run: Run,
  plan: ApplyPlan,
  applied: Applied,
  refusing: ReadonlySet<string> = refusingNames(applied.results),
): Promise<Applied & { readonly pruned: Pruned }> => {
  const { held, fact, deps } = run;
  const isWhole = run.unanchored === undefined && applied.results.every(({ kind }) => kind === "done");
  const absent = isWhole ? plan.absent : await refusingAbsent(run, plan, refusing);
  if (absent.length === 0 || run.signal.aborted) return { ...applied, pruned: nothingPruned };
  const desired = plan.steps.map(({ ref }) => ref);
  const pruned = await stage(run, "prune", () => pruneUnit(run, { absent, desired, items: applied.items }));
  const { cluster } = fact.unit;
  deps.metrics.prune.add(pruned.deleted, { cluster, result: "deleted" });
  deps.metrics.prune.add(pruned.parked.length, { cluster, result: "parked" });
  if (pruned.dropped.size === 0) return { ...applied, pruned };
  const [gone = [], items = []] = [true, false].map((isGone) =>
    applied.items.filter((item) => pruned.dropped.has(keyOfItem(item)) === isGone),
  );
  const released = withoutAliases(refsOf(gone), refsOf(items));
  await Promise.all(released.map(async (ref) => deps.claims.release(fact.unit, ref, held.signalOfWrites)));
  return {
    ...applied,
    items,
    pruned,
    stored: await held.inventories.save(fact.unit, inventoryOf(run, items, isWhole)),
  };
};

const keptOf = (plan: ApplyPlan, results: readonly StepResult<Written>[]): readonly KeptObject[] =>
  results.flatMap((result, index) => {
    const object = plan.steps[index];
    return object === undefined || object.verb === "unchanged" || result.kind !== "done"
      ? []
      : [{ ref: object.ref, fields: result.value.kept ?? [] }];
  });

/** A plan carried out and pruned, every write recorded before and after. Throws LeaseLost, AuditUnavailable, StateMoved, RunHalted. */
export const runUnit = async (run: Run): Promise<RunEnd> => withKept(run, await planAndWrite(run));

/**
 * A webhook or policy refuses the anchor, and would so keep out the very commit that repairs it: what loosens it, or is it, is
 * applied or pruned, and nothing else. Throws why nothing else is.
 */
const repairOnly = async (run: Run, refused: AnchorUnwritable): Promise<never> => {
  const { held, fact } = run;
  if (!(run.inventory.value?.items ?? []).some(({ ref }) => ref !== undefined && isAdmission(ref))) throw refused;
  const refusing = new Set(refused.refusedBy);
  const { plan } = await stage(run, "plan", () => planUnit(run));
  const only = new Set([...loosening(plan), ...refusingObjects(plan, refusing)]);
  const pending = itemsBefore(run, plan);
  const nothing = async (): Promise<Applied> => ({
    results: plan.steps.map(() => ({ kind: "not-tried" })),
    items: pending,
    stored: await held.inventories.save(fact.unit, inventoryOf(run, pending, false)),
    ledger: undefined,
  });
  const written =
    only.size === 0 ? await nothing() : await stage(run, "apply", () => applyPlan(run, plan, pending, only), { plan });
  await prunePlan(run, plan, written, refusing);
  throw refused;
};

const planAndWrite = async (run: Run): Promise<RunEnd> => {
  const { held, fact } = run;
  if (run.unanchored !== undefined) return repairOnly(run, run.unanchored);
  if (isKnown(run) && !fact.removed) return remember(run, inventoryOf(run, run.inventory.value?.items ?? [], true));
  const same = await stillRefused(run);
  if (same !== undefined) return same;
  const { plan, claimed, tookOver } = await stage(run, "plan", () => planUnit(run));
  const isQuiet = writesOf(plan.steps).length === 0;
  const pending = itemsBefore(run, plan);
  const written = isQuiet
    ? await keepPlan(run, plan, pending)
    : await stage(run, "apply", () => applyPlan(run, plan, pending), { plan });
  await holdRefs(run, refsWritten(plan, written.results, claimed));
  const offered = await offerRefs(
    run,
    withoutAliases(
      plan.absent.map(({ ref }) => ref),
      plan.steps.map(({ ref }) => ref),
    ),
  );
  const { results, stored, pruned, ...rest } = await prunePlan(run, plan, written);
  const ledger = pruned.ledger ?? rest.ledger;
  const failed = failuresOf(plan, results);
  const cutShort = isCutShort(run, results);
  const { version, digest, lineage, fleetStatement } = fact;
  const entry = { version, digest, lineage, ledger: ledger ?? held.chain.head?.n ?? 0n };
  run.anchor.record(fact.unit.appUid, entry, fleetStatement);
  const end: RunEnd = {
    told: {
      result: resultOf(run, results, !isQuiet || pruned.deleted > 0),
      reason: failed[0]?.reason,
      counts: { ...counted(plan.steps, results), deleted: pruned.deleted },
      failed: failed.map(({ ref, reason }): ObjectProblem => ({ ref, reason })),
      parked: pruned.parked,
      planDigest: pruned.parked.length === 0 ? plan.digest : pruned.planDigest,
      inventoryRevision: stored.revision,
      ledger,
    },
    opened: offered || tookOver || plan.steps.some(({ verb, ref }) => verb === "create" && opensMore(ref)),
    lookAgain: cutShort ? AFTER_STOP_MS : lookAgainOf(failed, pruned),
    untold: cutShort && failed.length === 0,
    kept: keptOf(plan, results),
  };
  keepRefused(run, plan, results, end);
  return end;
};

/** Stopped though nothing newer is there: our own process stood still, or the cluster became another. */
const isCutShort = ({ signal }: Run, results: readonly StepResult<Written>[]): boolean =>
  !signal.aborted && results.some(({ kind }) => kind === "stopped");

/** What refused the plan is gone: at once. Else as often as it failed says, or when pruning has something left. */
const lookAgainOf = (failed: readonly { readonly again: boolean }[], pruned: Pruned): RunEnd["lookAgain"] => {
  if (failed.length === 0) return pruned.lookAgainMs;
  if (pruned.deleted > 0) return AFTER_REFUSING_MS;
  return failed.some(({ again }) => again) ? "retry" : undefined;
};

const remember = async (run: Run, value: Inventory): Promise<RunEnd> => {
  const { held, fact } = run;
  const stored = sameVersion(run) ? run.inventory : await held.inventories.save(fact.unit, value);
  const { version, digest, lineage, fleetStatement } = fact;
  const entry = { version, digest, lineage, ledger: held.chain.head?.n ?? 0n };
  run.anchor.record(fact.unit.appUid, entry, fleetStatement);
  const counts = { unchanged: value.items.length };
  return { told: { result: ApplyResult.UNCHANGED, counts, inventoryRevision: stored.revision }, lookAgain: undefined };
};

const resultOf = (run: Run, results: readonly StepResult<Written>[], wrote: boolean): ApplyResult => {
  if (results.some(({ kind }) => kind === "failed")) return ApplyResult.FAILED;
  if (results.some(({ kind }) => kind !== "done")) return ApplyResult.SUPERSEDED;
  if (run.fact.removed) return ApplyResult.REMOVED;
  return wrote ? ApplyResult.APPLIED : ApplyResult.UNCHANGED;
};
