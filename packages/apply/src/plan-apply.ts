import type { KubeObject } from "@evenkeel/resource";
import { describeRef, formatRef } from "@evenkeel/words";
import type { AdoptPolicy, ObjectRef, Reason } from "@evenkeel/words";

import { decideAdoption } from "./decide-adoption.ts";
import type { TriedApply } from "./decide-adoption.ts";
import { admissionNames, isAdmission, loosensAdmission } from "./loosens-admission.ts";
import { orderObjects } from "./order.ts";
import type { Owner } from "./own-marks.ts";
import { digestOf } from "./plan.ts";
import type { DesiredObject, Plan, Refusal, Step } from "./plan.ts";
import { writeOfAdoption } from "./write-of-adoption.ts";

/** One object that the unit has applied, as far as planning reads it. */
export interface InventoryEntry {
  readonly ref: ObjectRef;
  /** Empty while pending. */
  readonly uid: string;
  /** Digest of the rendered object as last applied; empty while pending or after a loss. */
  readonly desired: string;
  /** Since when the ref is in no desired of the unit. */
  readonly absentSince: Date | undefined;
}

/** An object of the plan that rules what may be written, and is there already. */
export interface AdmissionChange {
  /** Index into the plan's steps. */
  readonly index: number;
  /** It refuses no more than before: it goes before everything that the old state may refuse. */
  readonly loosens: boolean;
  /** Names under which refusals speak of it. */
  readonly names: readonly string[];
}

/** The plan of a whole desired state. */
export interface ApplyPlan extends Plan {
  readonly admission: readonly AdmissionChange[];
  /** Inventory entries that nothing desires any more: to be pruned once proven. */
  readonly absent: readonly InventoryEntry[];
}

export interface PlanInput {
  readonly unit: { readonly cluster: string; readonly appUid: string };
  readonly desired: readonly DesiredObject[];
  readonly inventory: readonly InventoryEntry[];
  /** Live objects of the refs that `refsToRead` and `refsToCompare` named, by formatRef; no entry: it does not exist. */
  readonly live: ReadonlyMap<string, KubeObject>;
  /** What the server would make of live objects that `needsTrial` holds for, by formatRef. */
  readonly tried?: ReadonlyMap<string, TriedApply>;
  /** Claims of other apps on desired refs, by formatRef. */
  readonly claims: ReadonlyMap<string, string>;
  /** Why apps have a claim still on what they no longer have in Git, by formatRef. */
  readonly kept?: ReadonlyMap<string, { readonly because: string; readonly remedy: string }>;
  /** Desired refs that another app has released to this one, by formatRef: their objects are taken over. */
  readonly released: ReadonlySet<string>;
  readonly owner: Owner;
  readonly policy: { readonly adopt: AdoptPolicy };
  readonly now: Date;
}

const byKey = (inventory: readonly InventoryEntry[]): ReadonlyMap<string, InventoryEntry> =>
  new Map(inventory.map((entry) => [formatRef(entry.ref), entry]));

/** Desired refs that the inventory does not know with a uid: what is live under their names must be read first. */
export const refsToRead = (
  desired: readonly DesiredObject[],
  inventory: readonly InventoryEntry[],
): readonly ObjectRef[] => {
  const known = byKey(inventory);
  return desired.filter(({ ref }) => (known.get(formatRef(ref))?.uid ?? "") === "").map(({ ref }) => ref);
};

/** Desired refs that must be asked for: new ones, and those that left desired before and may belong to another app by now. */
export const refsToClaim = (
  desired: readonly DesiredObject[],
  inventory: readonly InventoryEntry[],
): readonly ObjectRef[] => {
  const known = byKey(inventory);
  return desired
    .filter(({ ref }) => {
      const entry = known.get(formatRef(ref));
      return entry === undefined || entry.uid === "" || entry.absentSince !== undefined;
    })
    .map(({ ref }) => ref);
};

/** Objects that rule what may be written, and that change: by what is live it is decided whether they go first or last. */
export const refsToCompare = (
  desired: readonly DesiredObject[],
  inventory: readonly InventoryEntry[],
): readonly ObjectRef[] => {
  const known = byKey(inventory);
  return desired
    .filter(({ ref, digest }) => isAdmission(ref) && known.get(formatRef(ref))?.desired !== digest)
    .map(({ ref }) => ref);
};

const admissionOf = (steps: readonly Step[], live: PlanInput["live"]): readonly AdmissionChange[] => {
  const toCome = new Set(
    steps.flatMap(({ verb, ref }) =>
      verb !== "unchanged" && ref.group === "" && ref.kind === "Service" ? [`${ref.namespace}/${ref.name}`] : [],
    ),
  );
  return steps.flatMap(({ verb, ref, object }, index) => {
    const old = verb === "update" && isAdmission(ref) ? live.get(formatRef(ref)) : undefined;
    if (old === undefined) return [];
    const names = [...new Set([...admissionNames(old), ...admissionNames(object)])];
    return [{ index, loosens: loosensAdmission(object, old, (service) => toCome.has(service)), names }];
  });
};

const belongsTo = (
  ref: ObjectRef,
  app: string,
  kept: { readonly because: string; readonly remedy: string } | undefined,
): Reason => {
  const message = `${describeRef(ref)} belongs to application ${app}`;
  const code = "OwnershipConflict";
  if (kept === undefined) return { code, message, remedy: "remove it from one of the two applications" };
  return { code, message: `${message}, which no longer has it in Git: ${kept.because}`, remedy: kept.remedy };
};

const planObject = (desired: DesiredObject, known: InventoryEntry | undefined, input: PlanInput): Step | Refusal => {
  const { ref } = desired;
  const key = formatRef(ref);
  const claimedBy = input.claims.get(key);
  if (claimedBy !== undefined) {
    return { ref, reason: belongsTo(ref, claimedBy, input.kept?.get(key)) };
  }
  if (known !== undefined && known.uid !== "") {
    const verb = known.desired === desired.digest ? "unchanged" : "update";
    return { ...desired, verb, uid: known.uid, force: false };
  }
  const live = input.live.get(key);
  if (live !== undefined && input.released.has(key)) {
    return { ...desired, verb: "update", uid: live.metadata.uid ?? "", force: false };
  }
  const { owner, policy, tried } = input;
  const adoption = decideAdoption({ ref, live, owner, policy: policy.adopt, tried: tried?.get(key) });
  if (adoption.kind === "refuse") return { ref, reason: adoption.reason };
  if (adoption.kind === "create") return { ...desired, verb: "create", uid: "", force: false };
  return { ...desired, verb: "update", ...writeOfAdoption(adoption.kind, live) };
};

/**
 * Decides every step from desired to applied: equal digest is unchanged and not sent; a ref that is new to the unit is
 * created, recovered or adopted as the policy says; what left desired is a candidate for pruning. Changes nothing.
 */
export const planApply = (input: PlanInput): ApplyPlan => {
  const known = byKey(input.inventory);
  const decided = input.desired.map((desired) => planObject(desired, known.get(formatRef(desired.ref)), input));
  const steps = decided.filter((each): each is Step => "verb" in each);
  const refused = decided.filter((each): each is Refusal => "reason" in each);
  const wanted = new Set(input.desired.map(({ ref }) => formatRef(ref)));
  const absent = input.inventory
    .filter(({ ref }) => !wanted.has(formatRef(ref)))
    .map((entry) => ({ ...entry, absentSince: entry.absentSince ?? input.now }));
  return {
    steps,
    order: orderObjects(steps.map(({ object }) => object)),
    admission: admissionOf(steps, input.live),
    absent,
    refused,
    parked: [],
    digest: digestOf(input.unit, steps),
  };
};
