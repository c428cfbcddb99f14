import { createListeners } from "@evenkeel/async";
import type { Listeners } from "@evenkeel/async";
import { Lease as LeaseValue } from "@evenkeel/contracts";

import { openBucket } from "./bucket.ts";
import type { Core } from "./core.ts";

/** Tells holders of shards when a lease of this service is given back or has expired. */
export interface FreedLeases {
  /** Runs `freed` each time; resolves once what is there was seen. Until it is disposed of. */
  onFreed(shards: readonly string[], freed: () => void): Promise<Disposable>;
}

/**
 * One watch a service, however many hold shards: one for each of 300 clusters would bring each of their renewals to each.
 * It lasts until the signal ends.
 */
export const openFreedLeases = (core: Core, signal: AbortSignal): FreedLeases => {
  const listeners = new Map<string, Listeners<[]>>();
  const prefix = `${core.service}.`;
  let watching: Promise<void> | undefined;
  const watch = (): Promise<void> =>
    openBucket(core.wire, "leases", LeaseValue).watch(
      `${prefix}*`,
      {
        onEntry: ({ key, value }) => {
          if (value !== undefined && !value.released) return;
          listeners.get(key.slice(prefix.length))?.tell();
        },
        onReset: () => {
          for (const ofShard of listeners.values()) ofShard.tell();
        },
      },
      signal,
    );
  return {
    async onFreed(shards, freed) {
      const listening = new DisposableStack();
      for (const shard of shards) {
        const ofShard = listeners.get(shard) ?? createListeners();
        listeners.set(shard, ofShard);
        listening.use(ofShard.add(freed));
      }
      await (watching ??= watch());
      return listening;
    },
  };
};
