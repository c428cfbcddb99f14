import type { DeclarationError } from "@evenkeel/declarations";
import { FLEET_SOURCE, SourceCondition } from "@evenkeel/contracts";
import type { Reason, SourceHold } from "@evenkeel/contracts";
import { canonicalJson, sha256Hex } from "@evenkeel/resource";
import type { Json } from "@evenkeel/resource";
import type { ReasonCode } from "@evenkeel/words";

import type { HoldWhy } from "./decide-tip.ts";

/** Everything that can be wrong with a source at one time. */
export interface ConditionState {
  readonly hold: SourceHold | undefined;
  readonly error: Reason | undefined;
  readonly errorSince: Date | undefined;
  readonly declarationErrors: readonly Omit<DeclarationError, "remedy">[];
  readonly declarationErrorCount: number;
}

export const noCondition: ConditionState = {
  hold: undefined,
  error: undefined,
  errorSince: undefined,
  declarationErrors: [],
  declarationErrorCount: 0,
};

const SHOWN_ERRORS = 50;

/** The faults of a fleet revision as a condition shows them: the first 50, and how many there are. */
export const faultsOf = (
  errors: readonly DeclarationError[],
): Pick<ConditionState, "declarationErrors" | "declarationErrorCount"> => ({
  declarationErrors: errors.slice(0, SHOWN_ERRORS).map(({ file, line, column, path, message, remedy }) => ({
    file,
    line,
    column,
    path,
    message: `${message}; ${remedy}`,
  })),
  declarationErrorCount: errors.length,
});

/** A hold of a tip: which one was accepted, and what stands there instead. `rewritten`: it did so meanwhile, and is back. */
export interface TipHold {
  readonly why: HoldWhy;
  readonly gitRef: string;
  readonly accepted: string;
  readonly candidate: string;
  readonly rewritten?: { readonly to: string; readonly at: string } | undefined;
}

/** Why a tip is not followed, in a closed code, words and what to do about it. */
export const holdReason = (
  source: string,
  { why, gitRef, accepted, candidate, rewritten }: TipHold,
): Reason & { code: ReasonCode } => {
  if (rewritten !== undefined && accepted !== "") {
    const what = `${gitRef} was rewritten from ${accepted.slice(0, 12)} to ${rewritten.to.slice(0, 12)} at ${rewritten.at} and is back`;
    return {
      code: "HistoryRewritten",
      message: `${source}: ${what}; it is held until an Override names both (${why})`,
      remedy: `declare an Override acceptRewrite from ${accepted} to ${rewritten.to}: what goes on from ${accepted.slice(0, 12)} is followed then`,
    };
  }
  const [from, to] = [accepted.slice(0, 12), candidate.slice(0, 12)];
  const override =
    source === FLEET_SOURCE
      ? `set EVENKEEL_FLEET_ACCEPTED_TIP to ${candidate}`
      : `declare an Override acceptRewrite from ${accepted} to ${candidate}`;
  const descend = `push a descendant of ${from}`;
  switch (why) {
    case "gone":
      if (accepted === "") {
        const message = `${source}: the Git ref ${gitRef} is not there: nothing was pushed to it yet`;
        return { code: "RefGone", message, remedy: "push a commit to it, or declare another one" };
      }
      return {
        code: "RefGone",
        message: `${source}: the Git ref ${gitRef} is gone; ${from} stays in force`,
        remedy: "push the Git ref again, or declare another one",
      };
    case "behind":
      return {
        code: "HistoryRewritten",
        message: `${source}: ${gitRef} was moved back from ${from} to ${to} (behind)`,
        remedy: `${descend}, or ${override}`,
      };
    case "diverged":
      return {
        code: "HistoryRewritten",
        message: `${source}: ${gitRef} at ${to} does not descend from the accepted ${from} (diverged)`,
        remedy: source === FLEET_SOURCE ? `${descend}, or ${override}` : override,
      };
    case "tag":
      return {
        code: "HistoryRewritten",
        message: `${source}: the tag ${gitRef} was moved from ${from} to ${to} (tag)`,
        remedy: `${override}, or use a new tag`,
      };
  }
};

/** A cluster that has not said what it was given; with the reason, if an applier could not read it. */
export interface UnreadCluster {
  readonly cluster: string;
  readonly reason: Reason | undefined;
}

const MOST_NAMED = 3;

/** Why nothing of a source is numbered that the bus knows nothing of. */
export const unreadReason = (source: string, unread: readonly UnreadCluster[]): Reason & { code: ReasonCode } => {
  const named = unread.slice(0, MOST_NAMED).map(({ cluster, reason }) => {
    return `${cluster} (${reason?.message ?? "no applier has answered"})`;
  });
  const more = unread.length > MOST_NAMED ? ` and ${unread.length - MOST_NAMED} more` : "";
  return {
    code: "ApiUnavailable",
    message: `${source}: what was last given to cluster ${named.join(", ")}${more} is not known, so no tip is followed yet`,
    remedy: unread.some(({ reason }) => reason === undefined)
      ? "let the applier run that has the cluster, or take the cluster out of the fleet"
      : "let the applier reach the cluster, or take the cluster out of the fleet",
  };
};

/** Why nothing of a source is numbered while clusters were given a fleet that the one in force does not go on from. */
export const fleetReason = (source: string, tip: string): Reason & { code: ReasonCode } => ({
  code: "HistoryRewritten",
  message: `${source}: the fleet is not known to go on from ${tip === "" ? "what clusters were given" : tip.slice(0, 12)}, so no tip is followed yet`,
  remedy: `it goes on by itself once the hold of ${FLEET_SOURCE} has ended`,
});

/** True if there is nothing to tell. */
export const isEmpty = (state: ConditionState): boolean =>
  state.hold === undefined && state.error === undefined && state.declarationErrorCount === 0;

/**
 * The fact that tells a state, or undefined if `last` said the same. Its cause names what it says and what it follows:
 * the message id of a condition that comes back, as of two faults that take turns, is never an older one's.
 */
export const toCondition = (
  source: string,
  state: ConditionState,
  last: SourceCondition | undefined,
  checkedAt: Date | undefined,
): SourceCondition | undefined => {
  if (isEmpty(state) && (last === undefined || isEmpty(last))) return undefined;
  const said = sha256Hex(
    canonicalJson([
      source,
      { code: state.hold?.reason?.code ?? "", at: state.hold?.since?.getTime() ?? 0 },
      state.hold?.accepted ?? "",
      state.hold?.candidate ?? "",
      { code: state.error?.code ?? "", message: state.error?.message ?? "", at: state.errorSince?.getTime() ?? 0 },
      state.declarationErrors as unknown as Json,
      state.declarationErrorCount,
    ]),
  ).slice(0, 16);
  if (last?.cause.startsWith(said) === true) return undefined;
  const cause = said + sha256Hex(`${said} ${last?.cause ?? ""}`).slice(0, 16);
  return SourceCondition.fromPartial({
    source,
    hold: state.hold,
    error: state.error,
    errorSince: state.errorSince,
    declarationErrors: [...state.declarationErrors],
    declarationErrorCount: state.declarationErrorCount,
    checkedAt,
    cause,
  });
};
