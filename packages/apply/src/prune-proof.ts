import { askedBefore, keptBy, storedKey } from "@evenkeel/resource";
import type { KubeObject } from "@evenkeel/resource";
import { describeRef } from "@evenkeel/words";
import type { ObjectRef, Reason, ReasonCode } from "@evenkeel/words";

import { textAt } from "./json-at.ts";
import { hasOwnEntry, marksOf } from "./own-marks.ts";
import type { Owner } from "./own-marks.ts";
import { isProtectedKind } from "./protected-kinds.ts";

/** Everything that is known about one object that might be pruned. */
export interface PruneEvidence {
  readonly ref: ObjectRef;
  /** UID in the unit's inventory; empty if the entry is pending. */
  readonly inventoryUid: string;
  /** The object as just read, from a complete answer of a kind that is served. */
  readonly live: KubeObject | undefined;
  readonly owner: Owner;
  /** It was stored without our marks from the first: that they are not there is nobody's will. */
  readonly unmarked?: boolean;
  /** Keys (storedKey) of the newest desired. */
  readonly desired: ReadonlySet<string>;
  readonly render: { readonly verified: boolean; readonly empty: boolean };
  /** The application allows that nothing at all is desired; also set for a removed application. */
  readonly allowEmpty: boolean;
  /** The newest version is applied in full. */
  readonly applied: boolean;
  /** The kind is served and its group answered in full. */
  readonly discovered: boolean;
  /** Another app's claim on the ref. */
  readonly claimedBy: string | undefined;
  /** Why another unit of the cluster may want the ref. */
  readonly wantedBy: string | undefined;
  /** What is live and names the object, if its name is one that a generator made of the content. */
  readonly namedBy: string | undefined;
  /** The application was removed, and its objects are to go with it. */
  readonly removed?: boolean;
  /** The application prunes at all. */
  readonly enabled: boolean;
  /** Objects to be deleted or made again in this seq, and how many may be. */
  readonly deletions: number;
  readonly budget: number;
  /** An Approval names this plan. */
  readonly approved: boolean;
  readonly absentForMs: number;
  readonly graceMs: number;
}

export interface PruneCondition {
  /** The sentence of docs/invariants.md that it keeps. */
  readonly id:
    | "prune.declared"
    | "prune.inventory-uid"
    | "prune.not-desired"
    | "prune.whole-render"
    | "prune.applied"
    | "prune.discovered"
    | "prune.marks"
    | "prune.unclaimed"
    | "prune.not-elsewhere"
    | "prune.not-named"
    | "prune.approved"
    | "prune.budget"
    | "prune.grace";
  readonly says: string;
  readonly holds: (evidence: PruneEvidence) => boolean;
  readonly code: ReasonCode;
  readonly otherwise: (evidence: PruneEvidence) => string;
  readonly remedy: string;
}

const ASK_APPROVAL = "declare an Approval that names this plan digest, or bring the object back in Git";

/**
 * The proof of a prune (invariants prune.*): all must hold; the first that does not is shown. How the call itself is made
 * is prune.preconditions.
 */
export const PRUNE_CONDITIONS: readonly PruneCondition[] = [
  {
    id: "prune.declared",
    says: "the application prunes",
    holds: ({ enabled, live, removed }) => enabled && keepMark(live, removed) === undefined,
    code: "PruneProtected",
    otherwise: ({ enabled, live, removed }) =>
      enabled ? `its mark ${keepMark(live, removed) ?? ""} says so` : "the application does not prune",
    remedy: "delete it by hand, take the mark off it on the cluster, or declare prune",
  },
  {
    id: "prune.inventory-uid",
    says: "the inventory of this unit has this very object",
    holds: ({ inventoryUid, live }) => inventoryUid !== "" && live?.metadata.uid === inventoryUid,
    code: "PruneUnproven",
    otherwise: ({ inventoryUid }) =>
      inventoryUid === "" ? "the inventory does not know its uid" : "another object has its name now",
    remedy: "nothing: it is not ours to delete",
  },
  {
    id: "prune.not-desired",
    says: "the newest desired does not have the ref",
    holds: ({ desired, ref }) => !desired.has(storedKey(ref)),
    code: "PruneUnproven",
    otherwise: () => "it is desired again",
    remedy: "nothing",
  },
  {
    id: "prune.whole-render",
    says: "the desired comes from a complete, verified render that is not empty",
    holds: ({ render, allowEmpty }) => render.verified && (!render.empty || allowEmpty),
    code: "EmptyDesired",
    otherwise: ({ render }) =>
      render.empty ? "nothing at all is desired, which may be a mistake" : "the render is not verified",
    remedy: "declare allowEmpty if the application is meant to be empty",
  },
  {
    id: "prune.applied",
    says: "that desired is applied in full",
    holds: ({ applied }) => applied,
    code: "PruneUnproven",
    otherwise: () => "the newest version is not applied in full yet",
    remedy: "correct what keeps it from being applied",
  },
  {
    id: "prune.discovered",
    says: "discovery and the read that showed the object were complete",
    holds: ({ discovered }) => discovered,
    code: "PruneUnproven",
    otherwise: () => "the cluster's answer about its kind is not complete",
    remedy: "nothing: it is tried again",
  },
  {
    id: "prune.marks",
    says: "the object has our label, installation and Apply entry, and no controller",
    holds: ({ live, owner, unmarked }) => live !== undefined && whyNotOurs(live, owner, unmarked) === undefined,
    code: "PruneUnproven",
    otherwise: ({ live, owner, unmarked }) =>
      live === undefined ? "it is not there" : (whyNotOurs(live, owner, unmarked) ?? ""),
    remedy: "nothing: it is not ours to delete",
  },
  {
    id: "prune.unclaimed",
    says: "no other application claims the ref",
    holds: ({ claimedBy }) => claimedBy === undefined,
    code: "OwnershipConflict",
    otherwise: ({ claimedBy }) => `application ${claimedBy ?? ""} claims it`,
    remedy: "nothing: the object belongs to that application",
  },
  {
    id: "prune.not-elsewhere",
    says: "no unit of the cluster wants the ref, or may still say so at the commit at which it left",
    holds: ({ wantedBy }) => wantedBy === undefined,
    code: "PruneUnproven",
    otherwise: ({ wantedBy }) => wantedBy ?? "",
    remedy: "nothing: it is kept until that application has it, or is at that commit without it",
  },
  {
    id: "prune.not-named",
    says: "no live ReplicaSet or Pod names an object whose name is a hash of its content",
    holds: ({ namedBy }) => namedBy === undefined,
    code: "PruneUnproven",
    otherwise: ({ namedBy }) => `${namedBy ?? ""} still names it`,
    remedy: "nothing: it is deleted once no ReplicaSet, Pod or unfinished Job names it",
  },
  {
    id: "prune.approved",
    says: "neither its kind nor a mark of it asks for an Approval, or one names the plan",
    holds: (evidence) => evidence.approved || !needsApproval(evidence),
    code: "PruneProtected",
    otherwise: ({ ref, live, removed }) =>
      isProtectedKind(ref)
        ? `deleting a ${ref.kind} takes other things with it`
        : `its mark ${askMark(live, removed) ?? ""} asks for confirmation`,
    remedy: ASK_APPROVAL,
  },
  {
    id: "prune.budget",
    says: "the plan is within the budget, or an Approval names it",
    holds: ({ approved, deletions, budget }) => approved || deletions <= budget,
    code: "PruneBudget",
    otherwise: ({ deletions, budget }) => `${deletions} objects would be deleted, and ${budget} may be`,
    remedy: ASK_APPROVAL,
  },
  {
    id: "prune.grace",
    says: "the ref has been absent for the grace time",
    holds: ({ absentForMs, graceMs }) => absentForMs >= graceMs,
    code: "PruneUnproven",
    otherwise: ({ absentForMs, graceMs }) =>
      `it is absent from Git for ${Math.floor(absentForMs / 1000)} s of ${Math.ceil(graceMs / 1000)} s`,
    remedy: "nothing: it is looked at again when the time is over",
  },
];

const keepMark = (live: KubeObject | undefined, removed = false): string | undefined =>
  live === undefined ? undefined : keptBy(live, removed);
const askMark = (live: KubeObject | undefined, removed = false): string | undefined =>
  live === undefined ? undefined : askedBefore(live, removed);

/** Whether a person has to agree to a deletion, whatever the budget. */
export const needsApproval = ({ ref, live, removed }: Pick<PruneEvidence, "ref" | "live" | "removed">): boolean =>
  isProtectedKind(ref) || askMark(live, removed) !== undefined;

const whyNotOurs = (live: KubeObject, owner: Owner, unmarked = false): string | undefined => {
  const marks = unmarked ? { ...owner, ...marksOf(live) } : marksOf(live);
  if (marks.appUid !== owner.appUid) return "it does not have this application's label";
  if (marks.installation !== owner.installation) return "it belongs to another installation";
  if (!hasOwnEntry(live)) return "we own no field of it";
  const controller = live.metadata.ownerReferences?.find((owning) => owning["controller"] === true);
  return controller === undefined
    ? undefined
    : `${textAt(controller, "kind")} ${textAt(controller, "name")} controls it`;
};

/**
 * Whether an object that left its unit stays for good: a mark keeps it, or it is not (any more) that unit's by what it says
 * itself. What is being deleted goes.
 */
export const staysForGood = (
  live: KubeObject,
  owner: Owner,
  { removed, unmarked }: { readonly removed: boolean; readonly unmarked: boolean },
): boolean =>
  live.metadata.deletionTimestamp === undefined &&
  (keepMark(live, removed) !== undefined || whyNotOurs(live, owner, unmarked) !== undefined);

export type PruneDecision =
  | { readonly kind: "proven" }
  | { readonly kind: "unproven"; readonly condition: PruneCondition["id"]; readonly reason: Reason };

/** Whether an object may be deleted; else the first condition that does not hold, in words. */
export const decidePrune = (evidence: PruneEvidence): PruneDecision => {
  const failed = PRUNE_CONDITIONS.find(({ holds }) => !holds(evidence));
  if (failed === undefined) return { kind: "proven" };
  const message = `${describeRef(evidence.ref)} is kept: ${failed.otherwise(evidence)}`;
  return { kind: "unproven", condition: failed.id, reason: { code: failed.code, message, remedy: failed.remedy } };
};
