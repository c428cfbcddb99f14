import type { Ancestry } from "@evenkeel/words";

/** Where a Git ref points: for a tag the object may be a tag object, the revision is always its commit. */
export interface RefTarget {
  readonly object: string;
  readonly revision: string;
}

/** Why a tip is not followed. `diverged` and `tag` stay until an Override names both ids, whatever the ref does next. */
export const holdWhys = ["behind", "diverged", "tag", "gone"] as const;
export type HoldWhy = (typeof holdWhys)[number];

/** How often, and since when (monotonic ms), the remote has answered with an older tip. */
export interface Behind {
  readonly polls: number;
  readonly sinceMs: number;
}

export interface TipQuestion {
  readonly kind: "branch" | "tag" | "commit";
  /** The fleet cannot excuse itself, so its hold ends with a descendant of its accepted tip. */
  readonly isFleet: boolean;
  /** undefined: nothing was accepted yet under this URL and Git ref. */
  readonly accepted: RefTarget | undefined;
  /** undefined: the remote has no such ref. */
  readonly candidate: RefTarget | undefined;
  /** Accepted is an ancestor of the candidate. */
  readonly descends: Ancestry;
  /** The candidate is an ancestor of accepted. */
  readonly precedes: Ancestry;
  readonly hold: HoldWhy | undefined;
  readonly behind: Behind | undefined;
  /** Monotonic ms. */
  readonly nowMs: number;
  /** Name of what lifts this very rewrite: an Override, for the fleet the start option or what clusters were given. */
  readonly lift: string | undefined;
  /** Name of an Override about the rewrite that the hold was put in force for, if the ref has moved on since. */
  readonly lifted?: string | undefined;
}

export type TipDecision =
  | { readonly kind: "unchanged" }
  | { readonly kind: "accept"; readonly lineage: "kept" | "new"; readonly by: string | undefined }
  | { readonly kind: "stale"; readonly behind: Behind }
  | {
      readonly kind: "hold";
      readonly why: HoldWhy;
      readonly behind: Behind | undefined;
      /** The ref was rewritten, and goes on from the accepted tip again. */
      readonly isBack?: boolean;
    };

/** A lagging replica of a Git host answers with an older tip for a while: held only after this. */
export const BEHIND_POLLS = 3;
export const BEHIND_MS = 60_000;

const hold = (why: HoldWhy, behind?: Behind): TipDecision => ({ kind: "hold", why, behind });

/** The history guard (invariant history.no-rewrite): what the tip that a remote offers means beside the accepted one. */
export const decideTip = (question: TipQuestion): TipDecision => {
  const { accepted, candidate, isFleet } = question;
  const sticky = question.hold === "diverged" || question.hold === "tag" ? question.hold : undefined;
  if (candidate === undefined) return hold(sticky ?? "gone");
  if (accepted === undefined) return { kind: "accept", lineage: "new", by: undefined };
  const same = candidate.object === accepted.object;
  if (question.lift !== undefined && (sticky !== undefined || (!same && question.descends !== "yes")))
    return { kind: "accept", lineage: "new", by: question.lift };
  const isBack = same || question.descends === "yes";
  if (sticky !== undefined && !(isBack && (isFleet || question.lifted !== undefined)))
    return { kind: "hold", why: sticky, behind: undefined, isBack };
  if (same) return { kind: "unchanged" };
  if (question.kind === "tag") return hold("tag");
  if (question.descends === "yes") return { kind: "accept", lineage: "kept", by: undefined };
  return question.precedes === "yes" ? judgeBehind(question) : hold("diverged");
};

const judgeBehind = ({ behind, hold: inForce, nowMs }: TipQuestion): TipDecision => {
  const next: Behind = { polls: (behind?.polls ?? 0) + 1, sinceMs: behind?.sinceMs ?? nowMs };
  const tooLong = next.polls >= BEHIND_POLLS && nowMs - next.sinceMs >= BEHIND_MS;
  return inForce === "behind" || tooLong ? hold("behind", next) : { kind: "stale", behind: next };
};
