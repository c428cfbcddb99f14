import { createListeners } from "@evenkeel/async";
import type { Listeners } from "@evenkeel/async";
import { buckets } from "@evenkeel/contracts";

import { openState } from "../state/open-state.ts";
import type { Core } from "../core.ts";

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
  let watching: Promise<void> | undefined;
  const watch = (): Promise<void> =>
    openState(core.wire, buckets.lease).watch(
      { service: core.service },
      {
        onEntry: ({ key, value }) => {
          if (value !== undefined && !value.released) return;
          listeners.get(key.shard)?.tell();
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
