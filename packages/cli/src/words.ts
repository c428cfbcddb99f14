import { ApplyResult, DriftPolicy, Sync, Verdict } from "@evenkeel/contracts";
import type { Health, ObjectRef, Unit } from "@evenkeel/contracts";
import { describeRef } from "@evenkeel/words";

/** Sync and health as people read them: what was not told is Unknown. */
export const standingWord = (word: Sync | Health): string => (word === Sync.UNSPECIFIED ? "Unknown" : word);

export const policyWord = (policy: DriftPolicy): string => (policy === DriftPolicy.UNSPECIFIED ? "" : policy);

/** What a finding says where it has no fields. */
export const verdictWord: Record<Verdict, string> = {
  [Verdict.UNSPECIFIED]: "differs",
  [Verdict.DRIFT]: "differs",
  [Verdict.OWN]: "ownership was lost",
  [Verdict.MISSING]: "is missing",
  [Verdict.TERMINATING]: "is being deleted",
  [Verdict.ORDER]: "list was reordered",
  [Verdict.CONTESTED]: "is contested",
  [Verdict.UNVERIFIABLE]: "cannot be verified",
};

/** Results that leave a unit where it was. */
export const isFailedResult = (result: ApplyResult): boolean =>
  result === ApplyResult.FAILED || result === ApplyResult.HELD || result === ApplyResult.SEQ_BEHIND;

/** `Deployment shop/web`, `Namespace shop`. */
export const objectName = (ref: ObjectRef | undefined): string => (ref === undefined ? "-" : describeRef(ref));

/** `web@prod-eu`; an application that no cluster matches goes by its own name. */
export const unitName = (unit: Pick<Unit, "app" | "cluster"> | undefined): string =>
  unit?.cluster === "" ? unit.app : `${unit?.app ?? ""}@${unit?.cluster ?? ""}`;

/** `main@3f9c2ab`; empty if there is no revision. */
export const shortRevision = (ref: string, revision: string): string => {
  const id = revision.slice(0, 7);
  return id === "" || ref === "" ? id : `${ref}@${id}`;
};

/** An author's name without the address. */
export const authorName = (author: string): string => author.replace(/\s*<[^>]*>$/, "") || author;
