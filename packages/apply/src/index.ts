export { aboutApprovals, isApproved } from "./approvals.ts";
export type { ApprovedPlan, DeclaredApproval } from "./approvals.ts";
export { claimDefaults } from "./claim-defaults.ts";
export { claimSiblings } from "./claim-siblings.ts";
export type { SiblingClaim } from "./claim-siblings.ts";
export { claimLeft, claimWhole } from "./claim-fields.ts";
export { holdEqual } from "./held-fields.ts";
export { decideAdoption, needsTrial } from "./decide-adoption.ts";
export type { AdoptionDecision, TriedApply } from "./decide-adoption.ts";
export { managerBehind } from "./earlier-managers.ts";
export { decideConflict, heldBeside, wouldTake } from "./decide-conflict.ts";
export type { ConflictDecision, DisputedField } from "./decide-conflict.ts";
export { consequenceOf } from "./error-consequence.ts";
export type { CallVerb, Consequence } from "./error-consequence.ts";
export { explainClusterFailure } from "./explain-cluster-failure.ts";
export type { ClusterFailure } from "./explain-cluster-failure.ts";
export { decideFence } from "./fence.ts";
export type { FenceDecision, FenceQuestion, Floor } from "./fence.ts";
export { goesFirst, waitsForFirst, willGo } from "./goes-first.ts";
export { neededElsewhere, waitsForElsewhere } from "./ended-by.ts";
export type { EndingElsewhere } from "./ended-by.ts";
export { hashedBase, replacedByHash } from "./hashed-name.ts";
export {
  isCountOpen,
  madeAnew,
  ruledPaths,
  rulesFor,
  takenOutAtCreation,
  withoutIgnored,
  withoutOwnCount,
  withoutPaths,
} from "./ignore-rules.ts";
export { freshBody, probeName } from "./fresh-body.ts";
export { isStillKept, keptByOthers, keptReason } from "./kept-by-others.ts";
export type { KeptField } from "./kept-by-others.ts";
export { mayLeaveFields } from "./left-fields.ts";
export { stillWanted } from "./still-wanted.ts";
export type { Leaving, OtherUnit } from "./still-wanted.ts";
export { decideLineage } from "./decide-lineage.ts";
export type { Lineage } from "./decide-lineage.ts";
export { decideReplaced } from "./decide-replaced.ts";
export type { ReplacedDecision } from "./decide-replaced.ts";
export { admissionNames, isAdmission } from "./loosens-admission.ts";
export { ORDER_RULES, orderObjects, reverseOrder } from "./order.ts";
export type { Order } from "./order.ts";
export { OWN_NAMESPACE } from "./own-ground.ts";
export { isOwnedBy, marksOf } from "./own-marks.ts";
export { marksTaken } from "./taken-marks.ts";
export type { Owner } from "./own-marks.ts";
export { afterCorrection, afterRival, isContested, nextCorrectionAt, noContest, roundsOf } from "./pace-corrections.ts";
export type { Contest } from "./pace-corrections.ts";
export { placeObject, scopeDenied, scopesOfCrds } from "./place-object.ts";
export { refuseTwins } from "./refuse-twins.ts";
export type { Grant, Placed, ScopeOf, ServedAt } from "./place-object.ts";
export { digestOf, planSteps, writesOf } from "./plan.ts";
export type { DesiredObject, Plan, Refusal, Step } from "./plan.ts";
export { planApply, refsToClaim, refsToCompare, refsToRead } from "./plan-apply.ts";
export type { AdmissionChange, ApplyPlan, InventoryEntry, PlanInput } from "./plan-apply.ts";
export { planCorrections, refsReplaced } from "./plan-corrections.ts";
export type { PacedCorrection } from "./plan-corrections.ts";
export { planPrune } from "./plan-prune.ts";
export type { PrunePlan, PruneStep } from "./plan-prune.ts";
export { firstOf, restOf, withoutNeeded } from "./prune-rounds.ts";
export { deletableOf, sortAbsent } from "./sort-absent.ts";
export type { AbsentObject, PruneRules } from "./sort-absent.ts";
export { digestOfPlan, writesDigest } from "./plan-digest.ts";
export type { PlannedWrite } from "./plan-digest.ts";
export { isProtectedKind, PROTECTED_KINDS } from "./protected-kinds.ts";
export { BUDGET_WINDOW_MS, pruneBudget, SHARED_BUDGETS, spentAt, withoutNewest } from "./prune-budget.ts";
export type { Counted, Spent } from "./prune-budget.ts";
export { needsApproval, PRUNE_CONDITIONS, decidePrune, staysForGood } from "./prune-proof.ts";
export type { PruneCondition, PruneEvidence, PruneDecision } from "./prune-proof.ts";
export { immutableField, mayRecreate } from "./recreate.ts";
export { saysUnchangeable } from "./says-unchangeable.ts";
export { selectCorrections } from "./select-corrections.ts";
export type { AppliedObject, Correction, DriftFinding } from "./select-corrections.ts";
export { toApplyBody } from "./to-apply-body.ts";
export type { Stamp } from "./to-apply-body.ts";
export { writeOfAdoption } from "./write-of-adoption.ts";
