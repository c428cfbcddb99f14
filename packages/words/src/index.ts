export type { ApiErrorClass } from "./api-error-class.ts";
export type { RenderKind, Scope, WebhookKind } from "./declared-kinds.ts";
export type {
  AdoptPolicy,
  ConflictPolicy,
  DriftPolicy,
  FightPolicy,
  IgnoreRule,
  ObjectSelector,
  RecreatePolicy,
} from "./declared-policies.ts";
export type { Ancestry, GitObjectType } from "./git-words.ts";
export { describeRef, formatRef } from "./object-ref.ts";
export type { ObjectRef } from "./object-ref.ts";
export type { Reason, ReasonCode } from "./reason.ts";
export type { HealthStatus, SyncStatus } from "./standing.ts";
export type { Verdict } from "./verdict.ts";
export type { VersionOrder } from "./version-order.ts";
export {
  adoptPolicies,
  conflictPolicies,
  driftPolicies,
  fightPolicies,
  recreatePolicies,
} from "./declared-policies.ts";
export { renderKinds, webhookKinds } from "./declared-kinds.ts";
