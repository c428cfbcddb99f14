import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { AdoptPolicy, DriftPolicy, ObjectRef, Reason } from "@evenkeel/words";

import { otherEngineOf } from "./other-engines.ts";
import { isOwnedBy, managerNames, marksOf } from "./own-marks.ts";
import type { Owner } from "./own-marks.ts";

export type ReplacedDecision =
  /** Ours still, or nobody's: it is drift like any other and is put back. */
  { readonly kind: "ours" | "take" } | { readonly kind: "refuse"; readonly reason: Reason };

export interface ReplacedQuestion {
  readonly ref: ObjectRef;
  readonly live: KubeObject;
  readonly owner: Owner;
  readonly policy: { readonly drift: DriftPolicy; readonly adopt: AdoptPolicy };
}

/**
 * What was applied is gone, and somebody made another object under its name (docs/drift-matrix.md D36, D37). Under
 * `drift: correct` it is put back, unless its marks say that it belongs to another engine, installation or application.
 */
export const decideReplaced = ({ ref, live, owner, policy }: ReplacedQuestion): ReplacedDecision => {
  if (isOwnedBy(live, owner)) return { kind: "ours" };
  const refuse = (because: string, remedy: string): ReplacedDecision => ({
    kind: "refuse",
    reason: {
      code: "OwnershipConflict",
      message: `${describeRef(ref)} was deleted and made again by ${managerNames(live).join(", ")}: ${because}`,
      remedy,
    },
  });
  const marks = marksOf(live);
  const isOther = marks.appUid !== undefined && marks.appUid !== owner.appUid;
  const othersApp = (): ReplacedDecision =>
    refuse(`application ${marks.appUid} holds it`, "remove it from one of the two applications");
  if (isOther && marks.installation === owner.installation) return othersApp();
  // What an application of our own has is given up by it alone, whatever may be taken from others.
  if (policy.adopt === "takeover") return { kind: "take" };
  const engine = otherEngineOf(live);
  if (engine !== undefined) {
    return refuse(
      `${engine.engine} manages it (${engine.key})`,
      "release it there and take its mark off, or declare adopt: takeover",
    );
  }
  if (marks.installation !== undefined && marks.installation !== owner.installation) {
    return refuse(`installation ${marks.installation} holds it`, "remove it from one of the two installations");
  }
  if (isOther) return othersApp();
  if (policy.drift === "correct") return { kind: "take" };
  return refuse(
    policy.drift === "hold" ? "drift is held" : "drift is reported only",
    "delete it, or declare drift: correct",
  );
};
