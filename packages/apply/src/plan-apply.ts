import { describeRef, formatRef } from "@evenkeel/resource";
import type { KubeObject, ObjectRef } from "@evenkeel/resource";
import type { AdoptPolicy, Reason } from "@evenkeel/words";

import { decideAdoption } from "./decide-adoption.ts";
import type { TriedApply } from "./decide-adoption.ts";
import { admissionNames, isAdmission, loosensAdmission } from "./loosens-admission.ts";
import { orderObjects } from "./order.ts";
import type { Order } from "./order.ts";
import type { Owner } from "./own-marks.ts";
import { planDigest } from "./plan-digest.ts";
import type { PlannedWrite } from "./plan-digest.ts";
import { writeOfAdoption } from "./write-of-adoption.ts";

/** One object of the desired state, already placed (namespace set). */
export interface DesiredObject {
  readonly ref: ObjectRef;
  readonly object: KubeObject;
  /** Digest of the rendered object. */
  readonly digest: string;
}

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

export interface PlannedObject extends DesiredObject {
  readonly action: "create" | "update" | "unchanged";
  /** UID of the object that is changed: sent along, so that no other of the same name is. Empty for a create. */
  readonly uid: string;
  /** Take differing fields of other managers: by `adopt: takeover`, or where taking them was proved to change nothing. */
  readonly force: boolean;
  /** It is taken over: what earlier managers have of it is ours from then on. */
  readonly takes?: boolean;
}

export interface Refusal {
  readonly ref: ObjectRef;
  readonly reason: Reason;
}

/** An object of the plan that rules what may be written, and is there already. */
export interface AdmissionChange {
  /** Index into the plan's objects. */
  readonly index: number;
  /** It refuses no more than before: it goes before everything that the old state may refuse. */
  readonly loosens: boolean;
  /** Names under which refusals speak of it. */
  readonly names: readonly string[];
}

/** Everything that is decided before the first write. */
export interface Plan {
  readonly objects: readonly PlannedObject[];
  /** By index into `objects`. */
  readonly order: Order;
  readonly admission: readonly AdmissionChange[];
  /** Inventory entries that nothing desires any more: to be pruned once proven. */
  readonly absent: readonly InventoryEntry[];
  /** Any of these keeps the whole plan from being carried out. */
  readonly refused: readonly Refusal[];
  readonly digest: string;
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

const admissionOf = (objects: readonly PlannedObject[], live: PlanInput["live"]): readonly AdmissionChange[] => {
  const toCome = new Set(
    objects.flatMap(({ action, ref }) =>
      action !== "unchanged" && ref.group === "" && ref.kind === "Service" ? [`${ref.namespace}/${ref.name}`] : [],
    ),
  );
  return objects.flatMap(({ action, ref, object }, index) => {
    const old = action === "update" && isAdmission(ref) ? live.get(formatRef(ref)) : undefined;
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

const planObject = (
  desired: DesiredObject,
  known: InventoryEntry | undefined,
  input: PlanInput,
): PlannedObject | Refusal => {
  const { ref } = desired;
  const key = formatRef(ref);
  const claimedBy = input.claims.get(key);
  if (claimedBy !== undefined) {
    return { ref, reason: belongsTo(ref, claimedBy, input.kept?.get(key)) };
  }
  if (known !== undefined && known.uid !== "") {
    const action = known.desired === desired.digest ? "unchanged" : "update";
    return { ...desired, action, uid: known.uid, force: false };
  }
  const live = input.live.get(key);
  if (live !== undefined && input.released.has(key)) {
    return { ...desired, action: "update", uid: live.metadata.uid ?? "", force: false };
  }
  const adoption = decideAdoption(ref, live, input.owner, input.policy.adopt, input.tried?.get(key));
  if (adoption.kind === "refuse") return { ref, reason: adoption.reason };
  if (adoption.kind === "create") return { ...desired, action: "create", uid: "", force: false };
  return { ...desired, action: "update", ...writeOfAdoption(adoption.kind, live) };
};

/** The writes of a plan's objects, as ledger and digest name them. */
export const writesOf = (objects: readonly PlannedObject[]): readonly PlannedWrite[] =>
  objects.flatMap(({ action, ref, digest }) =>
    action === "unchanged" ? [] : [{ verb: action, ref, content: digest }],
  );

/**
 * Decides every action from desired to applied: equal digest is unchanged and not sent; a ref that is new to the unit is
 * created, recovered or adopted as the policy says; what left desired is a candidate for pruning. Changes nothing.
 */
export const planApply = (input: PlanInput): Plan => {
  const known = byKey(input.inventory);
  const decided = input.desired.map((desired) => planObject(desired, known.get(formatRef(desired.ref)), input));
  const objects = decided.filter((each): each is PlannedObject => "action" in each);
  const refused = decided.filter((each): each is Refusal => "reason" in each);
  const wanted = new Set(input.desired.map(({ ref }) => formatRef(ref)));
  const absent = input.inventory
    .filter(({ ref }) => !wanted.has(formatRef(ref)))
    .map((entry) => ({ ...entry, absentSince: entry.absentSince ?? input.now }));
  return {
    objects,
    order: orderObjects(objects.map(({ object }) => object)),
    admission: admissionOf(objects, input.live),
    absent,
    refused,
    digest: planDigest(input.unit, writesOf(objects)),
  };
};
