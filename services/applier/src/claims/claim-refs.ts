import type { Claim } from "@evenkeel/contracts";
import { formatRef } from "@evenkeel/words";
import type { ObjectRef } from "@evenkeel/words";

import { abandonedOn, wantedOn } from "./abandoned-claim.ts";
import type { Run } from "../run/admit.ts";
import type { Claimant } from "./claims.ts";
import { keptClaim } from "./kept-claim.ts";
import type { KeptClaim } from "./kept-claim.ts";

/** What a plan asked for, and what it was given. */
export interface ClaimedRefs {
  readonly refs: readonly ObjectRef[];
  /** Names of the apps that have what was asked for, by formatRef. */
  readonly others: ReadonlyMap<string, string>;
  /** Why those apps have it that no longer have it in Git, by formatRef. */
  readonly kept: ReadonlyMap<string, KeptClaim>;
  /** Taken by this plan, by formatRef; `before`: the app that had released it. */
  readonly taken: ReadonlyMap<string, { readonly ref: ObjectRef; readonly before: Claim | undefined }>;
}

/** The unit of a run as it claims. */
export const claimantOf = ({ fact, partition }: Run): Claimant => ({ unit: fact.unit, epoch: partition.lease.epoch });

/** Gives back what a plan took, for it is not carried out. */
export const giveBackRefs = async (run: Run, { taken }: Pick<ClaimedRefs, "taken">): Promise<void> => {
  const { claims, telemetry } = run.deps;
  const given = await Promise.allSettled(
    [...taken.values()].map(async ({ ref, before }) =>
      claims.giveBack(claimantOf(run), ref, before, run.partition.signalOfWrites),
    ),
  );
  const failed = given.filter(({ status }) => status === "rejected").length;
  // Whoever wants them finds out that nobody does any more, once this unit has been looked at again.
  const { app, cluster } = run.fact.unit;
  if (failed > 0) telemetry.log.warn("claims of a refused plan were not given back", { app, cluster, failed });
};

/** Claims refs; what another app has is named. All or, where that throws, none. */
export const claimRefs = async (run: Run, refs: readonly ObjectRef[]): Promise<ClaimedRefs> => {
  const { deps, fact, signal } = run;
  const reach = [deps, fact.unit.cluster, fact.declarationsDigest] as const;
  const doubts = { isAbandoned: abandonedOn(...reach), wantedBy: wantedOn(...reach) };
  const others = new Map<string, string>();
  const kept = new Map<string, KeptClaim>();
  const taken = new Map<string, { readonly ref: ObjectRef; readonly before: Claim | undefined }>();
  const answers = await Promise.allSettled(
    refs.map(async (ref) => {
      const answer = await deps.claims.claim(claimantOf(run), ref, doubts, signal);
      if (answer.kind === "other") {
        others.set(formatRef(ref), answer.claim.app || answer.claim.appUid);
        const why = await keptClaim(deps, fact.unit.cluster, answer.claim, signal);
        if (why !== undefined) kept.set(formatRef(ref), why);
      }
      if (answer.kind === "taken") taken.set(formatRef(ref), { ref, before: answer.before });
    }),
  );
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined) {
    await giveBackRefs(run, { taken });
    throw failed.reason;
  }
  return { refs, others, kept, taken };
};

/** What was asked for and is written now is held. */
export const holdRefs = async (run: Run, refs: readonly ObjectRef[]): Promise<void> => {
  await Promise.all(refs.map(async (ref) => run.deps.claims.hold(claimantOf(run), ref, run.partition.signalOfWrites)));
};

/** Lets others have what the unit no longer wants. Resolves to whether any of it was not to be had before. */
export const offerRefs = async (run: Run, refs: readonly ObjectRef[]): Promise<boolean> => {
  const offered = await Promise.all(
    refs.map(async (ref) => run.deps.claims.offer(claimantOf(run), ref, run.partition.signalOfWrites)),
  );
  return offered.includes(true);
};
