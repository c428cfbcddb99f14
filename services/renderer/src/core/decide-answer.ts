import { compareVersions } from "@evenkeel/contracts";
import type { UnitVersion } from "@evenkeel/contracts";

/** A desired state, as far as two of them are compared. */
export interface Answer {
  readonly version: UnitVersion;
  readonly digest: string;
  readonly removed: boolean;
}

/**
 * What to do with a rendered answer beside the one stored for the unit: `publish` it; it is there already (`answered`);
 * a newer one is there (`superseded`); the same inputs gave another result (`differs`); each is newer in one input
 * (`mixed`): it has to be planned again from the newest tips.
 */
export type AnswerDecision = "publish" | "answered" | "superseded" | "differs" | "mixed";

/** Decides by the versions alone; nothing older ever replaces something newer. */
export const decideAnswer = (stored: Answer | undefined, mine: Answer): AnswerDecision => {
  if (stored === undefined) return "publish";
  const order = compareVersions(mine.version, stored.version);
  switch (order) {
    case "newer":
      return "publish";
    case "older":
      return "superseded";
    case "mixed":
      return "mixed";
    case "equal":
      return stored.digest === mine.digest && stored.removed === mine.removed ? "answered" : "differs";
  }
};

export type FailureDecision = "publish" | "answered" | "superseded";

/** A failure is told only while no answer of its own or a newer version is there, and it is not itself an old one. */
export const decideFailure = (
  stored: { readonly desired: UnitVersion | undefined; readonly failure: UnitVersion | undefined },
  mine: UnitVersion,
): FailureDecision => {
  if (stored.desired !== undefined && compareVersions(mine, stored.desired) !== "newer") return "superseded";
  if (stored.failure === undefined) return "publish";
  const order = compareVersions(mine, stored.failure);
  return order === "newer" ? "publish" : order === "equal" ? "answered" : "superseded";
};
