import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { AdoptPolicy, ObjectRef, Reason } from "@evenkeel/words";

import { otherEngineOf } from "./other-engines.ts";
import { isOwnedBy, managerNames, marksOf } from "./own-marks.ts";
import type { Owner } from "./own-marks.ts";
import { wouldChange } from "./would-change.ts";

export type AdoptionDecision =
  /**
   * Not there: make it. `recover`: ours, from before a crash or a loss of the inventory. `migrate`: its earlier managers'
   * fields are ours from now on, other managers' are not. `take`: those as well, and whatever stands in the way.
   */
  | { readonly kind: "create" | "recover" | "adopt" | "migrate" | "take" }
  | { readonly kind: "refuse"; readonly reason: Reason };

const refuse = (ref: ObjectRef, because: string, remedy: string): AdoptionDecision => ({
  kind: "refuse",
  reason: { code: "OwnershipConflict", message: `${describeRef(ref)} exists and is not ours: ${because}`, remedy },
});

/** What the server would make of a live object by the apply, or its words if it refuses. */
export type TriedApply = { readonly object: KubeObject } | { readonly refused: string };

/** Whether only a dry-run tells what becomes of a live object. */
export const needsTrial = (live: KubeObject, owner: Owner, policy: AdoptPolicy): boolean =>
  policy === "if-equal" && !isOwnedBy(live, owner) && otherEngineOf(live) === undefined;

const SHOWN_PATHS = 5;

const whyNotEqual = (live: KubeObject, tried: TriedApply | undefined): string | undefined => {
  if (tried === undefined) return "it could not be compared";
  if ("refused" in tried) return `the server refuses what is desired: ${tried.refused}`;
  const paths = wouldChange(live, tried.object);
  if (paths.length === 0) return undefined;
  const more = paths.length > SHOWN_PATHS ? ` and ${paths.length - SHOWN_PATHS} more` : "";
  const managers = managerNames(live).join(", ");
  return `it differs from what is desired in ${paths.slice(0, SHOWN_PATHS).join(", ")}${more} (written by ${managers})`;
};

export interface AdoptionQuestion {
  readonly ref: ObjectRef;
  readonly live: KubeObject | undefined;
  readonly owner: Owner;
  readonly policy: AdoptPolicy;
  /** Undefined where nobody has tried, or could. */
  readonly tried: TriedApply | undefined;
}

/** What to do with a desired ref that is not in the inventory, given what is live. */
export const decideAdoption = ({ ref, live, owner, policy, tried }: AdoptionQuestion): AdoptionDecision => {
  if (live === undefined) return { kind: "create" };
  if (isOwnedBy(live, owner)) return { kind: "recover" };
  const engine = otherEngineOf(live);
  if (engine !== undefined && policy !== "takeover") {
    return refuse(
      ref,
      `${engine.engine} manages it (${engine.key})`,
      "release it there and take its mark off, or declare adopt: takeover",
    );
  }
  const marks = marksOf(live);
  if (marks.installation === owner.installation && marks.appUid !== undefined && marks.appUid !== owner.appUid) {
    return refuse(ref, `application ${marks.appUid} of this installation holds it`, "remove it from one of the two");
  }
  const managers = managerNames(live).join(", ");
  switch (policy) {
    case "takeover":
      return { kind: "take" };
    case "if-equal": {
      const because = whyNotEqual(live, tried);
      if (because === undefined) return { kind: "adopt" };
      return refuse(ref, because, "make Git equal to it first, or declare adopt: migrate or takeover");
    }
    case "migrate":
      return { kind: "migrate" };
    case "none":
      return refuse(
        ref,
        `written by ${managers}`,
        "delete or rename it, or declare adopt: if-equal, migrate or takeover",
      );
  }
};
