export * from "./gen/names.ts";
export { descriptorSet } from "./gen/descriptor-set.ts";
export { buckets } from "./gen/buckets.ts";
export { flows } from "./gen/flows.ts";
export { flowsOf, subjectFilter } from "./flows-of.ts";
export type { FactOf, ViewedFlow } from "./flows-of.ts";
export type { Flow, Tokens } from "./flow.ts";
export { clusterOfShard, detectorShard } from "./detector-shard.ts";
export { FLEET_SOURCE } from "./fleet-source.ts";
export { reflectedFiles } from "./reflected-files.ts";
export {
  decodeToken,
  encodeToken,
  fillSubject,
  fnv1a32,
  partitionOf,
  smallProfile,
  sourceShardOf,
  subjectOf,
  SUBJECT_ROOT,
} from "./subject.ts";
export type { ShardCounts } from "./subject.ts";
export { fillKey, keyPattern, parseKey } from "./state-key.ts";
export type { KeyOf, StateRule, ValueOf } from "./state-key.ts";
export { runningServices, serviceNames, services } from "./services.ts";
export type { RunningService, ServiceName, ServiceRow } from "./services.ts";
export { joinInventories, partsOf, splitInventory } from "./inventory-parts.ts";
export type { SplitInventory } from "./inventory-parts.ts";
export { statementFault } from "./statement-fault.ts";
export { lineageText } from "./lineage-text.ts";
export { compareVersions, formatVersion, maxVersion, seqOf } from "./version.ts";
