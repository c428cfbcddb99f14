import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { Claim, Inventory, encodeToken } from "@evenkeel/contracts";
import type { Unit } from "@evenkeel/contracts";
import { formatRef, sha256Hex } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/resource";

import { inventoryKey, keyOfItem, readInventory } from "./inventories.ts";

/** Whose a ref is, on one cluster. */
export type ClaimAnswer =
  | { readonly kind: "ours" | "moved" }
  | { readonly kind: "other"; readonly appUid: string; readonly app: string };

/** The index of who owns which ref: one key a ref and cluster, so that two apps cannot have one object. */
export interface Claims {
  /** Claims a ref for a unit. `moved`: another app had it and has released it. */
  claim(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<ClaimAnswer>;
  /** Another app's UID, if it holds the ref. */
  heldByOther(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a unit's inventory lists the ref as desired; true where it has none, for then nobody knows. */
  isListedBy(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<boolean>;
  /** Gives up our claim; another's stays. */
  release(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<void>;
}

const claimKey = (cluster: string, ref: ObjectRef): string =>
  `claim.${encodeToken(cluster)}.${sha256Hex(formatRef(ref)).slice(0, 40)}`;

/** Of this very unit: an app that was renamed has its UID under two names for a while. */
const isOf = (claim: Claim, unit: Unit): boolean => claim.appUid === unit.appUid && claim.app === unit.app;

export const openClaims = (bus: Bus): Claims => {
  const bucket = bus.bucket("inventory", Claim);
  const inventories = bus.bucket("inventory", Inventory);
  /** Released: the other app's inventory does not list the ref, or lists it as absent from its desired. */
  const isReleased = async (claim: Claim, cluster: string, ref: ObjectRef, signal: AbortSignal): Promise<boolean> => {
    const other = await readInventory(inventories, inventoryKey({ cluster, app: claim.app }), signal);
    if (other?.value === undefined || other.value.unit?.appUid !== claim.appUid) return true;
    const item = other.value.items.find((each) => keyOfItem(each) === formatRef(ref));
    return item === undefined || item.absentSince !== undefined;
  };
  const take = async (unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<ClaimAnswer> => {
    const key = claimKey(unit.cluster, ref);
    const value: Claim = { ref, appUid: unit.appUid, app: unit.app };
    try {
      await bucket.create(key, value, signal);
      return { kind: "ours" };
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
    }
    const held = await bucket.get(key, signal);
    if (held?.value === undefined) return take(unit, ref, signal);
    if (isOf(held.value, unit)) return { kind: "ours" };
    const isOldName = held.value.appUid === unit.appUid;
    if (!isOldName && !(await isReleased(held.value, unit.cluster, ref, signal)))
      return { kind: "other", appUid: held.value.appUid, app: held.value.app };
    try {
      await bucket.update(key, value, held.revision, signal);
      return { kind: isOldName ? "ours" : "moved" };
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      return take(unit, ref, signal);
    }
  };
  return {
    claim: take,
    heldByOther: async (unit, ref, signal) => {
      const held = await bucket.get(claimKey(unit.cluster, ref), signal);
      return held?.value === undefined || isOf(held.value, unit) ? undefined : held.value.appUid;
    },
    isListedBy: async (unit, ref, signal) => {
      const stored = (await readInventory(inventories, inventoryKey(unit), signal))?.value;
      if (stored === undefined) return true;
      const item = stored.items.find((each) => keyOfItem(each) === formatRef(ref));
      return item !== undefined && item.absentSince === undefined;
    },
    release: async (unit, ref, signal) => {
      const key = claimKey(unit.cluster, ref);
      const held = await bucket.get(key, signal);
      if (held?.value !== undefined && isOf(held.value, unit)) await bucket.delete(key, held.revision, signal);
    },
  };
};
