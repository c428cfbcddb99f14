import { Lease as LeaseValue } from "@evenkeel/contracts";

import { openBucket } from "./bucket.ts";
import type { Core } from "./core.ts";

/** Tells holders of shards when a lease of this service is given back or has expired. */
export interface FreedLeases {
  /** Runs `freed` each time; resolves once what is there was seen, to how to stop. */
  onFreed(shards: readonly string[], freed: () => void): Promise<() => void>;
}

/**
 * One watch a service, however many hold shards: one for each of 300 clusters would bring each of their renewals to each.
 * It lasts until the signal ends.
 */
export const openFreedLeases = (core: Core, signal: AbortSignal): FreedLeases => {
  const listeners = new Map<string, Set<() => void>>();
  const prefix = `${core.service}.`;
  let watching: Promise<void> | undefined;
  const watch = (): Promise<void> =>
    openBucket(core.wire, "leases", LeaseValue).watch(
      `${prefix}*`,
      {
        onEntry: ({ key, value }) => {
          if (value !== undefined && !value.released) return;
          for (const freed of listeners.get(key.slice(prefix.length)) ?? []) freed();
        },
        onReset: () => {
          for (const ofShard of listeners.values()) for (const freed of ofShard) freed();
        },
      },
      signal,
    );
  return {
    async onFreed(shards, freed) {
      for (const shard of shards) {
        const ofShard = listeners.get(shard) ?? new Set();
        listeners.set(shard, ofShard.add(freed));
      }
      await (watching ??= watch());
      return () => {
        for (const shard of shards) listeners.get(shard)?.delete(freed);
      };
    },
  };
};
