import { ClaimState } from "@evenkeel/contracts";
import type { Claim, Unit } from "@evenkeel/contracts";

/**
 * How a claim stands to a unit. `open`: its owner has released it, or is the same app under an old name (an app that was
 * renamed has its UID under two names for a while): it may be taken. Nothing else ends a claim of another.
 */
export type ClaimStanding = "free" | "ours" | "open" | "others";

export const standingOfClaim = (claim: Claim | undefined, unit: Pick<Unit, "app" | "appUid">): ClaimStanding => {
  if (claim === undefined) return "free";
  if (claim.appUid === unit.appUid) return claim.app === unit.app ? "ours" : "open";
  return claim.state === ClaimState.RELEASED ? "open" : "others";
};
