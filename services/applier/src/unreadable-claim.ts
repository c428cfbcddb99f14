import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { Claim, ClaimState, encodeToken, Inventory } from "@evenkeel/contracts";
import type { ObjectRef } from "@evenkeel/contracts";
import { describeRef, formatRef } from "@evenkeel/resource";

import { keyOfItem, readInventory } from "./inventories.ts";

/** What lies under a claim was not signed by an applier: whose the object is, is not known, so that nobody takes it. */
export class ClaimUnreadable extends Error {
  override readonly name = "ClaimUnreadable";
  readonly remedy: string;
  constructor(key: string, ref: ObjectRef, why: string) {
    super(`the claim on ${describeRef(ref)} cannot be read (${why}), and no one inventory says whose it is`);
    this.remedy = `nothing, if an application has it: its inventory says so. If none has, purge subject $KV.inventory.${key} of stream KV_inventory as the migration`;
  }
}

/** Applications whose inventories list a ref; undefined: not all inventories of the cluster can be read. */
const holdersOf = async (bus: Bus, cluster: string, ref: ObjectRef, signal: AbortSignal) => {
  const bucket = bus.bucket("inventory", Inventory);
  const keys = await bucket.keys(`unit.${encodeToken(cluster)}.*`, signal);
  const found = await Promise.all(keys.map(async (key) => readInventory(bucket, key, signal)));
  if (found.some((entry) => entry?.foreign !== undefined)) return undefined;
  return found.flatMap((entry) => {
    const { items = [], unit } = entry?.value ?? {};
    return unit !== undefined && items.some((item) => keyOfItem(item) === formatRef(ref)) ? [unit] : [];
  });
};

/** Writes the claim again of the one application that lists the ref. Throws ClaimUnreadable where it is not one. */
export const mendClaim = async (
  bus: Bus,
  cluster: string,
  ref: ObjectRef,
  at: { readonly key: string; readonly revision: number; readonly foreign: string },
  signal: AbortSignal,
): Promise<void> => {
  const [unit, ...more] = (await holdersOf(bus, cluster, ref, signal)) ?? [];
  if (unit === undefined || more.length > 0) throw new ClaimUnreadable(at.key, ref, at.foreign);
  const { app, appUid } = unit;
  const claim: Claim = { ref, app, appUid, state: ClaimState.HELD, epoch: 0n };
  try {
    await bus.bucket("inventory", Claim).update(at.key, claim, at.revision, signal);
  } catch (error) {
    if (!(error instanceof BusConflict)) throw error; // somebody else was faster
  }
};
