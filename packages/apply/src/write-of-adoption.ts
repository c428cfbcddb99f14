import type { KubeObject } from "@evenkeel/resource";

import type { AdoptionDecision } from "./decide-adoption.ts";

/** How an object is written that was not in the inventory. */
export interface AdoptingWrite {
  /** The object that is changed; empty for one that is made. */
  readonly uid: string;
  readonly force: boolean;
  readonly takes: boolean;
}

/** The write that a decision on an object leads to. */
export const writeOfAdoption = (
  kind: Exclude<AdoptionDecision["kind"], "refuse">,
  live: KubeObject | undefined,
): AdoptingWrite => {
  // What is equal may be written in other words (1000m for 1): they count as a conflict, and change nothing.
  // What has no owners gets one for all that is there by its first apply, which could only be in the way.
  const isUnowned = (live?.metadata.managedFields ?? []).length === 0;
  const force = kind === "take" || kind === "adopt" || (kind === "migrate" && isUnowned);
  return { uid: live?.metadata.uid ?? "", force, takes: kind === "take" || kind === "migrate" };
};
