import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets, ClaimState } from "@evenkeel/contracts";
import type { Claim, KeyOf, ObjectRef, Unit } from "@evenkeel/contracts";
import { describeRef } from "@evenkeel/words";

import { isAmong, readInventory } from "../plan/inventories.ts";

type ClaimKey = KeyOf<typeof buckets.claim.template>;

/** What lies under a claim was not signed by an applier: whose the object is, is not known, so that nobody takes it. */
export class ClaimUnreadable extends Error {
  override readonly name = "ClaimUnreadable";
  readonly remedy = "remove it from all applications but one; if only one has it, nothing: its claim is written again";
  constructor(ref: ObjectRef, why: string, apps: readonly string[]) {
    const whose = apps.length === 0 ? "no application is known to have it" : `it may be of ${apps.join(" or ")}`;
    super(`the claim on ${describeRef(ref)} cannot be read (${why}), and ${whose}`);
  }
}

/** Units of the cluster that want a ref by their newest desired. */
export type WantedBy = (ref: ObjectRef, signal: AbortSignal) => Promise<readonly Unit[]>;

/** What the inventories of a cluster say of a ref; those that cannot be read say nothing. */
const listedBy = async (bus: Bus, cluster: string, ref: ObjectRef, signal: AbortSignal) => {
  const keys = await bus.state(buckets.inventory).keys({ cluster }, signal);
  const found = await Promise.all(keys.map(async (key) => readInventory(bus, key, signal)));
  const units = found.flatMap((entry) => {
    const { items = [], unit } = entry?.value ?? {};
    return unit !== undefined && isAmong(items, ref) ? [unit] : [];
  });
  return { units, isWhole: found.every((entry) => entry?.foreign === undefined) };
};

const unique = (units: readonly Unit[]): readonly Unit[] => [
  ...new Map(units.map((each) => [each.appUid, each])).values(),
];

/**
 * Writes the claim again of the one application whose it can be: that lists the ref, else (inventories may lie under junk,
 * too) that wants it or lists it. Throws ClaimUnreadable where it is not one.
 */
export const mendClaim = async (
  bus: Bus,
  { cluster, ref }: { readonly cluster: string; readonly ref: ObjectRef },
  at: { readonly key: ClaimKey; readonly revision: number; readonly foreign: string },
  wantedBy: WantedBy | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const listed = await listedBy(bus, cluster, ref, signal);
  const isSure = listed.isWhole && listed.units.length === 1;
  const all = isSure ? listed.units : unique([...listed.units, ...((await wantedBy?.(ref, signal)) ?? [])]);
  const [unit, ...more] = all;
  const isKnown = isSure || wantedBy !== undefined;
  if (unit === undefined || more.length > 0 || !isKnown) {
    throw new ClaimUnreadable(
      ref,
      at.foreign,
      all.map(({ app }) => app),
    );
  }
  const state = listed.units.length > 0 ? ClaimState.HELD : ClaimState.PENDING;
  const claim: Claim = { ref, app: unit.app, appUid: unit.appUid, state, epoch: 0n };
  try {
    await bus.ownState(buckets.claim).update(at.key, claim, at.revision, signal);
  } catch (error) {
    if (!(error instanceof BusConflict)) throw error; // somebody else was faster
  }
};
