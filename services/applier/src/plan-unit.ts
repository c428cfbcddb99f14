import { planApply, refsToCompare, refsToRead } from "@evenkeel/apply";
import type { InventoryEntry, Plan, Refusal } from "@evenkeel/apply";
import { ApplyResult } from "@evenkeel/contracts";
import type { InventoryItem, ObjectRef } from "@evenkeel/contracts";
import { isApiError } from "@evenkeel/kube";
import { formatRef } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";

import type { Run } from "./admit.ts";
import { placedSet } from "./desired-set.ts";
import { othersObjects } from "./given-up.ts";
import { RunHalted } from "./run-halted.ts";
import { tryAdoptions } from "./try-adoption.ts";

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

/** Claims new refs; what another app holds is named. `moved`: released by another app just now. */
const claimRefs = async (run: Run, refs: readonly ObjectRef[]) => {
  const { claims } = run.deps;
  const others = new Map<string, string>();
  const moved = new Set<string>();
  await Promise.all(
    refs.map(async (ref) => {
      const answer = await claims.claim(run.fact.unit, ref, run.signal);
      if (answer.kind === "other") others.set(formatRef(ref), answer.app === "" ? answer.appUid : answer.app);
      if (answer.kind === "moved") moved.add(formatRef(ref));
    }),
  );
  return { others, moved };
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
  return new RunHalted(ApplyResult.HELD, reason, code !== "ScopeDenied");
};

/** The plan of a run. Throws RunHalted when any object of it may not be written: then none is. */
export const planUnit = async (run: Run): Promise<Plan> => {
  const { desired, refused } = await placedSet(run);
  if (refused.length > 0) throw refusal(refused);
  const inventory = (run.inventory.value?.items ?? []).map(entryOf);
  const unknown = refsToRead(desired, inventory);
  const [live, { others, moved }] = await Promise.all([
    readLive(run, [...unknown, ...refsToCompare(desired, inventory)]),
    claimRefs(run, unknown),
  ]);
  const { givenUp, held } = await othersObjects(run, live);
  const plan = planApply({
    unit: run.fact.unit,
    desired,
    inventory,
    live,
    tried: await tryAdoptions(run, desired, live),
    claims: new Map([...held, ...others]),
    released: new Set([...moved, ...givenUp]),
    owner: { appUid: run.fact.unit.appUid, installation: run.deps.bus.installation },
    policy: { adopt: run.declared.app.spec.adopt },
    now: run.deps.clock.now(),
  });
  if (plan.refused.length > 0) throw refusal(plan.refused);
  return plan;
};
