export { appUid } from "./app-uid.ts";
export { formatDeclarationError } from "./declaration-error.ts";
export type { DeclarationError } from "./declaration-error.ts";
export {
  declarationSetDigest,
  declarationSetJson,
  declarationsOf,
  emptyDeclarationSet,
  readDeclarationSet,
} from "./declaration-set.ts";
export type { DeclarationSet } from "./declaration-set.ts";
export { parseDurationMs } from "./duration.ts";
export type {
  Application,
  ApplicationSpec,
  Approval,
  ApprovalSpec,
  Cluster,
  ClusterConnection,
  ClusterSpec,
  Declaration,
  WhenGoneRule,
  LabelSelector,
  Override,
  OverrideSpec,
  RenderSpec,
  Repository,
  RepositoryRef,
  RepositorySpec,
  SecretKeyRef,
} from "./kinds.ts";
export { parseFleet } from "./parse-fleet.ts";
export type { ParsedFleet, ParseFleetOptions } from "./parse-fleet.ts";
export { fleetFileOf, roleOf } from "./fleet-entries.ts";
export type { FleetEntry, FleetRole } from "./fleet-entries.ts";
export type { FleetFile } from "./read-files.ts";
export { schemas } from "./schema/schemas.ts";
export type { DeclarationKind } from "./schema/schemas.ts";
export type { Schema } from "./schema/fragments.ts";
export { stampSeq } from "./stamp-seq.ts";
export { suggest } from "./suggest.ts";
export { targetsOf } from "./targets-of.ts";
export { declarationReference, editorSchema } from "./reference/write-reference.ts";
