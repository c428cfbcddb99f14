/** What is done about drift: put it back, tell only, or tell and take no new revision until a person acts. */
export const driftPolicies = ["correct", "report", "hold"] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** Under `drift: correct`, where another keeps writing the same fields: go on, or give them up until a person acts. */
export const fightPolicies = ["correct", "hold"] as const;
export type FightPolicy = (typeof fightPolicies)[number];

/** Fields that another manager has and that are not ours to take: the unit waits, or they are taken. */
export const conflictPolicies = ["hold", "take"] as const;
export type ConflictPolicy = (typeof conflictPolicies)[number];

/** What an app may do with an object that exists and is not in its inventory. */
export const adoptPolicies = ["none", "if-equal", "migrate", "takeover"] as const;
export type AdoptPolicy = (typeof adoptPolicies)[number];

/** Whether an object may be deleted and made again when a field cannot be changed in place. */
export const recreatePolicies = ["never", "job-only", "always"] as const;
export type RecreatePolicy = (typeof recreatePolicies)[number];

/** Objects that a rule is about; an absent member matches everything. */
export interface ObjectSelector {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Fields that are left to others. */
export interface IgnoreRule {
  readonly selector: ObjectSelector;
  /** Such as `spec.replicas`. */
  readonly paths: readonly string[];
  /** `create-only`: the desired value is sent once, when the object is made. */
  readonly mode: "ignore" | "create-only";
}
