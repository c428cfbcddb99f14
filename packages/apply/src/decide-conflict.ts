import { OWN_DOMAIN } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ConflictPolicy, DriftPolicy, ObjectRef, Reason } from "@evenkeel/words";

import { isEarlierName } from "./earlier-managers.ts";
import { hasField } from "./has-field.ts";

export interface DisputedField {
  readonly field: string;
  readonly manager: string;
}

export type ConflictDecision =
  | { readonly kind: "force" }
  | { readonly kind: "report"; readonly reason: Reason }
  | { readonly kind: "hold"; readonly reason: Reason };

const list = (conflicts: readonly DisputedField[]): string =>
  conflicts
    .slice(0, 5)
    .map(({ field, manager }) => `${field.replace(/^\./, "")} (${manager})`)
    .join(", ") + (conflicts.length > 5 ? ` and ${conflicts.length - 5} more` : "");

const OWN_MARK = new RegExp(`^\\.?metadata\\.(?:labels|annotations)\\.${OWN_DOMAIN.replaceAll(".", "\\.")}/`);

/** An apply would take fields that others have, and that are not ours to take. */
export const wouldTake = (ref: ObjectRef, fields: readonly DisputedField[]): Reason => ({
  code: "FieldConflict",
  message: `${describeRef(ref)} would take fields of other managers: ${list(fields)}`,
  // Taken from a controller they would be fought over.
  remedy:
    fields.length > 0 && fields.every(({ manager }) => isEarlierName(manager))
      ? "leave the fields out in Git, or declare onConflict: take"
      : "leave the fields out in Git, or have their manager release them",
});

export interface ConflictQuestion {
  readonly ref: ObjectRef;
  readonly conflicts: readonly DisputedField[];
  /** What was sent last time. */
  readonly previous: KubeObject | undefined;
  readonly policy: { readonly drift: DriftPolicy; readonly onConflict: ConflictPolicy };
}

/**
 * Fields of other managers stand in the way of an apply (invariant write.foreign-fields). If all of them were in what we sent last time,
 * it is drift: taken back under `correct`, else reported. Any other field is not ours to take, unless `onConflict: take`
 * is declared. Evenkeel's own marks are nobody else's: who sends back what it read (`kubectl apply` of a saved object)
 * holds them too.
 */
export const decideConflict = ({ ref, conflicts, previous, policy }: ConflictQuestion): ConflictDecision => {
  if (policy.onConflict === "take") return { kind: "force" };
  const theirs = conflicts.filter(({ field }) => !OWN_MARK.test(field));
  if (conflicts.length > 0 && theirs.length === 0) return { kind: "force" };
  const foreign = theirs.filter(({ field }) => previous === undefined || !hasField(previous, field));
  if (theirs.length > 0 && foreign.length === 0) {
    if (policy.drift === "correct") return { kind: "force" };
    const message = `${describeRef(ref)} was changed by others in ${list(theirs)}, and drift is ${policy.drift === "hold" ? "held" : "reported only"}`;
    const remedy = "take the change into Git, or declare drift: correct";
    return { kind: "report", reason: { code: "FieldConflict", message, remedy } };
  }
  return { kind: "hold", reason: wouldTake(ref, foreign.length > 0 ? foreign : conflicts) };
};

/** Beside what Git declares others have what the server refuses together with it, and it is not ours to take. */
export const heldBeside = (ref: ObjectRef, kept: readonly DisputedField[]): Reason => ({
  code: "FieldConflict",
  message: `${describeRef(ref)} cannot have what Git declares beside what other managers have: ${list(kept)}`,
  remedy: "take the change into Git, have their manager release the fields, or declare onConflict: take",
});
