import { BusConflict } from "@evenkeel/bus";
import type { Bus } from "@evenkeel/bus";
import { buckets, ClaimState } from "@evenkeel/contracts";
import type { Claim, Unit } from "@evenkeel/contracts";
import { sha256Hex, storedKey } from "@evenkeel/resource";
import type { ObjectRef } from "@evenkeel/words";

import { standingOfClaim } from "../core/standing-of-claim.ts";
import { ClaimUnreadable, mendClaim } from "./unreadable-claim.ts";
import type { WantedBy } from "./unreadable-claim.ts";

/** Who claims: a unit under the lease of its partition. */
export interface Claimant {
  readonly unit: Unit;
  readonly epoch: bigint;
}

/** Whose a ref is, on one cluster, after it was asked for. */
export type ClaimAnswer =
  /** It was ours before. */
  | { readonly kind: "ours" }
  /** Taken just now. `before`: the app that had released it. */
  | { readonly kind: "taken"; readonly before: Claim | undefined }
  | { readonly kind: "other"; readonly claim: Claim };

/** Whether a claim that no release has ended is of a plan that nobody carries out any more. */
export type IsAbandoned = (claim: Claim, signal: AbortSignal) => Promise<boolean>;

/** What is asked about a claim that stands in the way. */
export interface Doubts {
  readonly isAbandoned: IsAbandoned;
  readonly wantedBy: WantedBy;
}

/**
 * The index of who owns which ref: one key a ref and cluster, so that two apps cannot have one object. What asks for a
 * claim or ends it throws ClaimUnreadable where nobody can tell whose the object is.
 */
export interface Claims {
  /** Asks for a ref: pending until `hold`. A claim of another that `isAbandoned` says so of is taken. */
  claim(by: Claimant, ref: ObjectRef, doubts: Doubts, signal: AbortSignal): Promise<ClaimAnswer>;
  /** The object is written. */
  hold(by: Claimant, ref: ObjectRef, signal: AbortSignal): Promise<void>;
  /** Undoes a claim that was taken by a plan which is not carried out. */
  giveBack(by: Claimant, ref: ObjectRef, before: Claim | undefined, signal: AbortSignal): Promise<void>;
  /** Lets others take the ref. Resolves to whether they could not before. */
  offer(by: Claimant, ref: ObjectRef, signal: AbortSignal): Promise<boolean>;
  /** Keeps others from taking the ref while its object is deleted. Resolves to the claim of whoever has it by now. */
  end(by: Claimant, ref: ObjectRef, signal: AbortSignal): Promise<Claim | undefined>;
  /** The claim of another app, or of the same under its new name, if there is one. */
  ofOther(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<Claim | undefined>;
  /** Gives up our claim; another's stays. */
  release(unit: Unit, ref: ObjectRef, signal: AbortSignal): Promise<void>;
}

/** One key for one object, by whichever group of its kind it is written. */
const claimKey = (cluster: string, ref: ObjectRef) => ({
  cluster,
  refHash: sha256Hex(storedKey(ref)).slice(0, 40),
});

const claimOf = ({ unit, epoch }: Claimant, ref: ObjectRef, state: ClaimState): Claim => ({
  ref,
  appUid: unit.appUid,
  app: unit.app,
  state,
  epoch,
});

/** What is to be stored over what was found; undefined: nothing. */
type Change<T> = (found: Claim | undefined) => Promise<{ readonly next: Claim | undefined; readonly answer: T }>;

/** What comes after a write must not fail for a claim that cannot be read: it stays so, and nobody takes it. */
const unlessUnreadable =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof ClaimUnreadable) return otherwise;
    throw error;
  };

export const openClaims = (bus: Bus): Claims => {
  const bucket = bus.ownState(buckets.claim);
  const keyOf = ({ cluster }: Unit, ref: ObjectRef) => claimKey(cluster, ref);
  /** A claim that does not count is put right before anything is decided. Throws ClaimUnreadable. */
  const read = async (cluster: string, ref: ObjectRef, signal: AbortSignal, wantedBy?: WantedBy) => {
    for (;;) {
      const found = await bucket.get(claimKey(cluster, ref), signal);
      if (found?.foreign === undefined) return found;
      await mendClaim(bus, { cluster, ref }, { ...found, foreign: found.foreign }, wantedBy, signal);
    }
  };
  /** Decides over what is there and stores that by compare-and-set; decides again where another was faster. */
  const change = async <T>(
    unit: Unit,
    ref: ObjectRef,
    decide: Change<T>,
    signal: AbortSignal,
    wantedBy?: WantedBy,
  ): Promise<T> => {
    const key = keyOf(unit, ref);
    for (;;) {
      const found = await read(unit.cluster, ref, signal, wantedBy);
      const { next, answer } = await decide(found?.value);
      if (next === undefined) return answer;
      try {
        await (found === undefined
          ? bucket.createNew(key, next, signal)
          : bucket.update(key, next, found.revision, signal));
        return answer;
      } catch (error) {
        if (!(error instanceof BusConflict)) throw error;
      }
    }
  };
  const removed = async (
    key: ReturnType<typeof claimKey>,
    isOurs: (claim: Claim) => boolean,
    signal: AbortSignal,
  ): Promise<void> => {
    const found = await bucket.get(key, signal);
    if (found?.value === undefined || !isOurs(found.value)) return;
    try {
      await bucket.delete(key, found.revision, signal);
    } catch (error) {
      if (!(error instanceof BusConflict)) throw error;
      await removed(key, isOurs, signal);
    }
  };
  const claims: Claims = {
    claim: async (by, ref, { isAbandoned, wantedBy }, signal) => {
      const key = keyOf(by.unit, ref);
      const mine = claimOf(by, ref, ClaimState.PENDING);
      try {
        await bucket.createNew(key, mine, signal);
        return { kind: "taken", before: undefined };
      } catch (error) {
        if (!(error instanceof BusConflict)) throw error;
      }
      return change<ClaimAnswer>(
        by.unit,
        ref,
        async (found) => {
          const standing = standingOfClaim(found, by.unit);
          if (found === undefined || standing === "open" || standing === "free") {
            const answer = { kind: "taken", before: found } as const;
            return { next: mine, answer: found?.appUid === by.unit.appUid ? { kind: "ours" } : answer };
          }
          if (standing === "ours") {
            const isHeld = found.state === ClaimState.HELD || found.state === ClaimState.UNSPECIFIED;
            const isSettled = isHeld || (found.state === ClaimState.PENDING && found.epoch === by.epoch);
            return { next: isSettled ? undefined : mine, answer: { kind: "ours" } };
          }
          if (await isAbandoned(found, signal)) return { next: mine, answer: { kind: "taken", before: undefined } };
          return { next: undefined, answer: { kind: "other", claim: found } };
        },
        signal,
        wantedBy,
      );
    },
    hold: async (by, ref, signal) =>
      change(
        by.unit,
        ref,
        async (found) => {
          const isPending = standingOfClaim(found, by.unit) === "ours" && found?.state === ClaimState.PENDING;
          return { next: isPending ? claimOf(by, ref, ClaimState.HELD) : undefined, answer: undefined };
        },
        signal,
      ).catch(unlessUnreadable(undefined)),
    giveBack: async (by, ref, before, signal) => {
      if (before === undefined) return claims.release(by.unit, ref, signal);
      return change(
        by.unit,
        ref,
        async (found) => ({
          next: standingOfClaim(found, by.unit) === "ours" ? before : undefined,
          answer: undefined,
        }),
        signal,
      ).catch(unlessUnreadable(undefined));
    },
    offer: async (by, ref, signal) =>
      change(
        by.unit,
        ref,
        async (found) => {
          const isNew = standingOfClaim(found, by.unit) === "ours" && found?.state !== ClaimState.RELEASED;
          return { next: isNew ? claimOf(by, ref, ClaimState.RELEASED) : undefined, answer: isNew };
        },
        signal,
      ).catch(unlessUnreadable(false)),
    end: async (by, ref, signal) =>
      change(
        by.unit,
        ref,
        async (found) => {
          const isOurs = ["free", "ours"].includes(standingOfClaim(found, by.unit));
          return isOurs
            ? { next: claimOf(by, ref, ClaimState.ENDING), answer: undefined }
            : { next: undefined, answer: found };
        },
        signal,
      ),
    ofOther: async (unit, ref, signal) => {
      const claim = (await read(unit.cluster, ref, signal))?.value;
      return standingOfClaim(claim, unit) === "ours" ? undefined : claim;
    },
    release: async (unit, ref, signal) =>
      removed(keyOf(unit, ref), (claim) => standingOfClaim(claim, unit) === "ours", signal),
  };
  return claims;
};
