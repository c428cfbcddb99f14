import { isOwnedBy, planApply, refsToClaim, refsToCompare, refsToRead } from "@evenkeel/apply";
import type { ApplyPlan, DesiredObject, InventoryEntry, Refusal } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { InventoryItem, ObjectRef } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import type { KubeObject } from "@evenkeel/resource";
import { formatRef } from "@evenkeel/words";

import type { Run } from "../run/admit.ts";
import { claimRefs, giveBackRefs } from "../claims/claim-refs.ts";
import type { ClaimedRefs } from "../claims/claim-refs.ts";
import { letGo } from "./let-go.ts";
import { placedSet } from "./desired-set.ts";
import { othersObjects } from "./given-up.ts";
import { RunHalted } from "../run/run-halted.ts";
import { tryAdoptions } from "./try-adoption.ts";
import { ClaimUnreadable } from "../claims/unreadable-claim.ts";

const NO_REF: ObjectRef = { group: "", kind: "", namespace: "", name: "" };

/** An inventory item as planning reads it. */
export const entryOf = (item: InventoryItem): InventoryEntry => ({
  ref: item.ref ?? NO_REF,
  uid: item.uid,
  desired: item.record?.desired ?? "",
  absentSince: item.absentSince,
});

/** What is live under names that are new to the unit; a kind or namespace that is not there holds nothing. */
const readLive = async (run: Run, refs: readonly ObjectRef[]): Promise<ReadonlyMap<string, KubeObject>> => {
  const found = await Promise.all(
    refs.map(async (ref) => {
      try {
        const live = await run.kube.getObject(ref, {}, run.signal);
        return live === undefined ? [] : [[formatRef(ref), live] as const];
      } catch (error) {
        if (isApiError(error, "KIND_UNKNOWN")) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
};

const refusedWords = (refused: readonly Refusal[]): string => {
  const [first] = refused;
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more)` : "";
  return `${first?.reason.message ?? ""}${more}`;
};

/** The end of a run whose plan was refused; time alone may end it unless the cause is in Git. */
const refusal = (refused: readonly Refusal[]): RunHalted => {
  const [first] = refused;
  const code = first?.reason.code ?? "ObjectInvalid";
  const reason = { code, message: refusedWords(refused), remedy: first?.reason.remedy ?? "" };
  return new RunHalted(ApplyResult.HELD, reason, code !== "ScopeDenied" && code !== "DuplicateObject");
};

/** What left desired and was taken again may be another's object by now: it is planned as if it had never been ours. */
const itemsNow = (
  { inventory, fact, deps }: Run,
  taken: ClaimedRefs["taken"],
  live: ReadonlyMap<string, KubeObject>,
): readonly InventoryEntry[] => {
  const owner = { appUid: fact.unit.appUid, installation: deps.bus.installation };
  return (inventory.value?.items ?? []).map(entryOf).map((entry) => {
    const key = formatRef(entry.ref);
    if (!taken.has(key)) return entry;
    const found = live.get(key);
    const isOurs = found?.metadata.uid === entry.uid && isOwnedBy(found, owner);
    return isOurs ? entry : { ...entry, uid: "", desired: "" };
  });
};

const decide = async (
  run: Run,
  desired: readonly DesiredObject[],
  { others, kept, taken }: ClaimedRefs,
  toRead: readonly ObjectRef[],
): Promise<ApplyPlan> => {
  const live = await readLive(run, toRead);
  const { givenUp, held } = await othersObjects(run, live);
  const { installation } = run.deps.bus;
  const moved = [...taken].flatMap(([key, { before }]) => {
    const object = live.get(key);
    return before !== undefined && object !== undefined && isOwnedBy(object, { appUid: before.appUid, installation })
      ? [key]
      : [];
  });
  const plan = planApply({
    unit: run.fact.unit,
    desired,
    inventory: itemsNow(run, taken, live),
    live,
    tried: await tryAdoptions(run.means, desired, live),
    claims: new Map([...held, ...others]),
    kept,
    released: new Set([...moved, ...givenUp]),
    owner: { appUid: run.fact.unit.appUid, installation },
    policy: { adopt: run.declared.app.spec.adopt },
    now: run.deps.clock.now(),
  });
  if (plan.refused.length > 0) throw refusal(plan.refused);
  return plan;
};

/** A plan, and the refs that it asked for. */
export interface UnitPlan {
  readonly plan: ApplyPlan;
  readonly claimed: readonly ObjectRef[];
  /** Some of them were another app's, which waits for this one to have them. */
  readonly tookOver: boolean;
}

/**
 * The plan of a run. Throws RunHalted when any object of it may not be written: then none is, no claim is kept, and what
 * left desired is let go all the same.
 */
export const planUnit = async (run: Run): Promise<UnitPlan> => {
  try {
    return await claimAndPlan(run);
  } catch (error) {
    if (error instanceof ClaimUnreadable && (await letGo(run))) run.partition.wakeCluster(run.fact.unit.cluster);
    if (!(error instanceof RunHalted)) throw error;
    const { result, reason, again } = error;
    throw new RunHalted(result, reason, again, { cause: error, opened: await letGo(run) });
  }
};

const claimAndPlan = async (run: Run): Promise<UnitPlan> => {
  const { desired, refused } = await placedSet(run);
  if (refused.length > 0) throw refusal(refused);
  const inventory = (run.inventory.value?.items ?? []).map(entryOf);
  const claimed = await claimRefs(run, refsToClaim(desired, inventory));
  try {
    const again = [...claimed.taken.values()].map(({ ref }) => ref);
    const toRead = [...refsToRead(desired, inventory), ...refsToCompare(desired, inventory), ...again];
    const once = new Map(toRead.map((ref) => [formatRef(ref), ref]));
    const plan = await decide(run, desired, claimed, [...once.values()]);
    return {
      plan,
      claimed: claimed.refs,
      tookOver: [...claimed.taken.values()].some(({ before }) => before !== undefined),
    };
  } catch (error) {
    await giveBackRefs(run, claimed);
    throw error;
  }
};
