import type { Unit } from "@evenkeel/contracts";

import type { Deps } from "../deps.ts";
import type { Desired, Partition } from "../partition/partition.ts";
import { newestDeclarations } from "../partition/newest-declarations.ts";

/**
 * Whether a tombstone is only the old name of an application that goes on under another (same `spec.id`, same cluster) by
 * the newest fleet revision: then nothing of it is deleted. Throws BodyMissing.
 */
export const isRenamed = async (deps: Deps, fact: Desired, signal: AbortSignal): Promise<boolean> => {
  const newest = await newestDeclarations(deps, fact.declarationsDigest, signal);
  return deps.declarations.hasOtherName(newest, fact.unit, signal);
};

/** Gives up what is kept under an old name: its claims, as far as the new name has not taken them, and its inventory. */
export const forgetName = async (deps: Deps, partition: Partition, unit: Unit): Promise<void> => {
  const { value } = await partition.inventories.get(unit);
  for (const { ref } of value?.items ?? []) {
    if (ref !== undefined) await deps.claims.release(unit, ref, partition.signalOfWrites);
  }
  await partition.inventories.remove(unit);
};
